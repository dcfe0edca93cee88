//! The `renze` command: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    renze::cli::run()
}
