use layout::Frame;

pub fn home() -> Frame {
    Frame {
        mobile_menu: None,
        ..Frame::default()
    }
}
