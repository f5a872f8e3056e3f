use layout::Frame;

pub fn home() -> Frame {
    Frame::default()
}
