//! How the program is linked, beyond what the profile says.

#[expect(clippy::disallowed_methods, reason = "it is how cargo tells a build script what it builds for")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // The table of relocations, which is read at every start and stays resident, takes 20 KB then instead of 1 MB.
        // glibc reads this form since 2.36.
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
