//! Says when to build anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
