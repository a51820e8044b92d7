//! The `roadmap` command: parses, runs, and turns the result into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    roadmap::cli::main()
}
