//! Compiles the two shared objects of `preload/` with the compiler and the linker that cargo itself uses, so that
//! effigy needs nothing more to be built than any Rust program does.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    let variable = |name: &str| env::var(name).expect("cargo sets the variables that it documents");
    let folder = variable("OUT_DIR");
    // The gate finds the C library in every program, because it brings it along. The clock must not name it: the
    // program has it, and a name would be tied to the version of the machine that this is compiled on.
    let of_gate = if variable("CARGO_CFG_TARGET_ENV") == "gnu" { "-nostdlib -lc" } else { "-nostdlib" };
    for (name, libraries) in [("gate", of_gate), ("clock", "-nostdlib")] {
        let source = format!("preload/{name}.rs");
        println!("cargo::rerun-if-changed={source}");
        let mut compiler = Command::new(variable("RUSTC"));
        compiler.args(["--edition=2024", "--crate-type=cdylib", "--target"]);
        compiler.arg(variable("TARGET")).arg("-o").arg(Path::new(&folder).join(format!("{name}.so")));
        compiler.args(["-Cpanic=abort", "-Copt-level=3", "-Cdebuginfo=0", "-Cstrip=symbols"]);
        compiler.arg("-Ctarget-feature=-crt-static").arg(format!("-Clink-args={libraries} -nostartfiles"));
        if let Ok(linker) = env::var("RUSTC_LINKER") {
            compiler.arg(format!("-Clinker={linker}"));
        }
        let status = compiler.arg(&source).status().expect("the compiler that compiled this can be run");
        assert!(status.success(), "compiling {source} failed");
    }
}
