//! Finds libsamara: in the folder SAMARA_LIB_DIR, else by pkg-config.
use std::{env, process::Command};

fn main() {
    println!("cargo:rerun-if-env-changed=SAMARA_LIB_DIR");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    if let Ok(folder) = env::var("SAMARA_LIB_DIR") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-lib=dylib=samara");
        return;
    }
    let found = Command::new("pkg-config").args(["--libs-only-L", "--libs-only-l", "samara-c"]).output();
    let text = match found {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).into_owned(),
        _ => panic!("libsamara is not found: name its folder by SAMARA_LIB_DIR, or its .pc file's by PKG_CONFIG_PATH"),
    };
    for flag in text.split_whitespace() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={folder}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}
