//! Does the change stay where it was sent?

pub mod diff_size;
pub mod drive_by;
pub mod existing_tests_edited;
pub mod file_kind;
pub mod forbidden_path;
pub mod history_rewrite;
pub mod leftover;
pub mod outside_assignment;
pub mod protected_path;
pub mod public_rename;
pub mod required_area;
pub mod required_name;
pub mod role;
pub mod single_owner;
pub mod spread;
pub mod work_lost;
