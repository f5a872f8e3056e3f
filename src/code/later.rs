//! How is a part of a file's facts left packed until somebody looks at it?
//!
//! Most checks look at one part of the facts of a file: the tests, the imports. What nobody looks at costs its packed bytes
//! and nothing else.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::{Arc, OnceLock},
};

use serde::{Serialize, Serializer};

use super::wire::Wire;

/// A list of a file's facts.
pub type List<T> = Later<Vec<T>>;

/// A value that may still be packed; it is unpacked when it is first looked at.
pub struct Later<T> {
    value: OnceLock<T>,
    packed: Option<Part<T>>,
}

/// The bytes of a value among those of its file, and how they are read. They were checked when they arrived.
struct Part<T> {
    whole: Arc<[u8]>,
    place: Range<usize>,
    read: fn(&mut &[u8]) -> Option<T>,
}

impl<T: Default> Later<T> {
    /// A value as it travelled: the bytes at a place of those that [`Wire::check`] has passed.
    pub(super) fn packed(whole: &Arc<[u8]>, place: Range<usize>) -> Self
    where
        T: Wire,
    {
        Self {
            value: OnceLock::new(),
            packed: Some(Part {
                whole: Arc::clone(whole),
                place,
                read: T::read,
            }),
        }
    }
}

impl<T> Part<T> {
    fn unpack(&self) -> Option<T> {
        (self.read)(&mut self.whole.get(self.place.clone())?)
    }
}

impl<T: Default> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // what was checked can be read: a test of `wire.rs` holds both to the same answer
        let unpack = || self.packed.as_ref().and_then(Part::unpack).unwrap_or_default();
        self.value.get_or_init(unpack)
    }
}

impl<T> From<T> for Later<T> {
    fn from(value: T) -> Self {
        Self {
            value: OnceLock::from(value),
            packed: None,
        }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Default> Default for Later<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Default + Clone> Clone for Later<T> {
    fn clone(&self) -> Self {
        (**self).clone().into()
    }
}

impl<T: Default + PartialEq> PartialEq for Later<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Default + Eq> Eq for Later<T> {}

impl<T: Default + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Default + Serialize> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
