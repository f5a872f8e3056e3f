//! Who looks after a group that a command of ours has made?

#[cfg(unix)]
use super::unix;

/// A process group that one of our commands made, such as that of a forked child: it is killed when this is dropped and
/// when this program is told to stop. Whoever hears that it has ended calls [`Adopted::release`], because its number may
/// soon be another's.
#[derive(Debug)]
pub struct Adopted {
    #[cfg(unix)]
    group: unix::Adopted,
}

impl Adopted {
    /// It has ended by itself: nobody is killed.
    pub fn release(self) {
        #[cfg(unix)]
        self.group.release();
    }
}

/// Looks after a group that a command of ours has made and will end itself if all goes well.
pub fn adopt(group: i32) -> Adopted {
    #[cfg(not(unix))]
    let _ = group;
    Adopted {
        #[cfg(unix)]
        group: unix::Adopted::new(group),
    }
}
