//! Rebuilds the crate when a migration changes: they are embedded, and the macro does not watch their folder.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
