//! The program embeds `ui/dist`; a checkout in which it has not been built yet must compile all the same.

fn main() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist");
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=ui/dist cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed={dist}");
}
