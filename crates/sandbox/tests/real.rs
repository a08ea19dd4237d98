//! The sandbox on the real kernel. Each check runs as whoever runs the tests: root, or an ordinary user with
//! subordinate ids. The root is the host's `/usr` shown read-only in an otherwise empty folder.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test program with a `main` of its own, which clippy does not take for a test"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use sandbox::{Exit, Mount, Output, Process, Root, Sandbox, Work};

/// One run: a shell script in a fresh root, and what came of it.
struct Run {
    exit: Exit,
    stdout: Vec<String>,
    stderr: Vec<String>,
    folder: tempfile::TempDir,
}

impl Run {
    fn upper(&self) -> PathBuf {
        self.folder.path().join("upper")
    }
}

fn run(script: &str) -> Run {
    run_with(script, |sandbox| sandbox)
}

fn run_with(script: &str, arrange: impl FnOnce(Sandbox) -> Sandbox) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (lower, upper) = (folder.path().join("lower"), folder.path().join("upper"));
    for path in [&lower, &upper, &lower.join("usr"), &lower.join("data")] {
        fs::create_dir(path).unwrap();
    }
    for name in ["bin", "lib", "lib64", "sbin"] {
        symlink(format!("usr/{name}"), lower.join(name)).unwrap();
    }
    fs::write(lower.join("data/old"), "old").unwrap();
    let root = Root { lowers: vec![lower], upper: Some(upper) };
    let usr = Mount::Bind { source: "/usr".into(), target: "/usr".into(), writable: false };
    let sandbox = arrange(Sandbox::new(folder.path(), root).mount(usr).grace(Duration::from_secs(2)));
    let process = Process {
        arguments: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
        environment: vec![("PATH".into(), "/usr/sbin:/usr/bin".into())],
        directory: "/".into(),
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = sandbox
        .run(&process, &mut |line| match line {
            Output::Stdout(line) => stdout.push(line),
            Output::Stderr(line) => stderr.push(line),
        })
        .unwrap();
    Run { exit, stdout, stderr, folder }
}

fn output_and_exit_code_come_back() {
    let run = run("echo out; echo err >&2; echo \"$PATH,$HOME,$(id -u),$(pwd),$(hostname),$$\"; exit 3");
    assert_eq!(run.exit.code, Some(3));
    assert_eq!(run.stdout, ["out", "/usr/sbin:/usr/bin,,0,/,localhost,2"]);
    assert_eq!(run.stderr, ["err"]);
}

fn a_signal_is_told_apart_from_an_exit_code() {
    assert_eq!(run("kill -9 $$").exit.signal, Some(9));
}

fn changes_land_in_the_upper_folder_alone() {
    let run = run(
        "echo new > /data/new; rm /data/old; chown 1234:65534 /data/new; echo t > /tmp/t; ls / | tr '\\n' ' '",
    );
    assert_eq!(run.stdout, ["bin data dev etc lib lib64 proc sbin sys tmp usr "]);
    let new = fs::metadata(run.upper().join("data/new")).unwrap();
    assert_eq!((new.uid(), new.gid()), (1234, 65534));
    let whiteout = fs::symlink_metadata(run.upper().join("data/old")).unwrap();
    assert_eq!(
        (whiteout.rdev(), fs::read(run.folder.path().join("lower/data/old")).unwrap()),
        (0, b"old".to_vec())
    );
    let top: Vec<_> = fs::read_dir(run.upper()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(top, ["data"], "mount points must leave nothing behind");
}

fn what_is_shown_from_outside_cannot_be_changed() {
    let run = run(
        "touch /usr/x; mount -o remount,rw,bind /usr; touch /usr/x; mknod /data/n c 1 3; umount /usr; ls /usr | head -1",
    );
    assert!(run.exit.success(), "{:?}", run.stderr);
    assert!(!fs::exists("/usr/x").unwrap());
    assert!(!run.upper().join("data").join("n").exists());
}

fn processes_left_running_are_stopped_politely_and_then_not() {
    // In a session of its own, as daemons are.
    let polite = "setsid sh -c 'trap \"echo saved > /data/saved; exit\" TERM; while :; do sleep 0.05; done' & \
                  sleep 0.2";
    let run_polite = run(polite);
    assert_eq!(run_polite.exit, Exit { code: Some(0), signal: None, killed: vec![] });
    assert_eq!(fs::read_to_string(run_polite.upper().join("data/saved")).unwrap(), "saved\n");

    let stubborn = run("(trap '' TERM; while :; do sleep 0.05; done) & sleep 0.2");
    assert!(stubborn.exit.killed.iter().any(|name| name == "sh"), "{:?}", stubborn.exit.killed);
}

fn the_network_is_off_unless_shared() {
    let interfaces = "cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '";
    assert_eq!(run(interfaces).stdout, ["lo"]);
    let shared = run_with(interfaces, |sandbox| sandbox.network(true)).stdout;
    assert_eq!(shared, run_on_host(interfaces));
}

fn run_on_host(script: &str) -> Vec<String> {
    let output = std::process::Command::new("/bin/sh").args(["-c", script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn an_overlay_beside_the_root_keeps_its_lower_folder_whole() {
    let outside = tempfile::tempdir().unwrap();
    let (lower, upper) = (outside.path().join("cache:1"), outside.path().join("new"));
    fs::create_dir(&lower).unwrap();
    fs::create_dir(&upper).unwrap();
    fs::write(lower.join("a"), "a").unwrap();
    let overlay =
        Mount::Overlay { lower: lower.clone(), upper: upper.clone(), target: "/shown/cache".into() };
    let run =
        run_with("cd /shown/cache && cat a && echo b > b && echo c > a", |sandbox| sandbox.mount(overlay));
    assert_eq!(run.stdout, ["a"]);
    assert_eq!(fs::read_to_string(lower.join("a")).unwrap(), "a");
    assert_eq!(fs::read_to_string(upper.join("b")).unwrap(), "b\n");
}

fn a_program_that_is_not_there_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let lower = folder.path().join("lower");
    fs::create_dir(&lower).unwrap();
    let sandbox = Sandbox::new(folder.path(), Root { lowers: vec![lower], upper: None });
    let process = Process { arguments: vec!["/no/such".into()], environment: vec![], directory: "/".into() };
    let error = sandbox.run(&process, &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("starting /no/such"), "{error}");
}

/// Writes its input to a file of the root, tries what it must not be able to do, and starts a program.
const WORK: Work = Work {
    name: "leave a note",
    run: |input| {
        fs::write("/data/note", input).unwrap();
        std::os::unix::fs::chown("/data/note", Some(0), Some(1)).unwrap();
        println!(
            "mounts: {}",
            std::process::Command::new("mount").args(["-t", "tmpfs", "x", "/data"]).status().unwrap()
        );
        let status = fs::read_to_string("/proc/self/status").unwrap();
        println!("{}", status.lines().find(|line| line.starts_with("CapEff")).unwrap());
        std::process::Command::new("sh").args(["-c", "sleep 60 &"]).status().unwrap();
        7
    },
};

fn work_of_this_program_is_done_inside() {
    let folder = tempfile::tempdir().unwrap();
    let (lower, upper) = (folder.path().join("lower"), folder.path().join("upper"));
    for path in [&lower, &upper, &lower.join("usr"), &lower.join("data")] {
        fs::create_dir(path).unwrap();
    }
    for name in ["bin", "lib", "lib64", "sbin"] {
        symlink(format!("usr/{name}"), lower.join(name)).unwrap();
    }
    let usr = Mount::Bind { source: "/usr".into(), target: "/usr".into(), writable: false };
    let sandbox =
        Sandbox::new(folder.path(), Root { lowers: vec![lower], upper: Some(upper.clone()) }).mount(usr);
    let mut stdout = Vec::new();
    let exit = sandbox.work(WORK.name, "hello".into(), &mut |line| {
        if let Output::Stdout(line) = line {
            stdout.push(line);
        }
    });
    assert_eq!(exit.unwrap(), Exit { code: Some(7), signal: None, killed: Vec::new() });
    assert!(stdout[0].starts_with("mounts: exit status: ") && !stdout[0].ends_with(" 0"), "{stdout:?}");
    // Bit 21 is CAP_SYS_ADMIN.
    let capabilities =
        stdout[1].split_whitespace().last().and_then(|word| u64::from_str_radix(word, 16).ok());
    assert_eq!(capabilities.unwrap() & (1 << 21 | 1), 1, "{stdout:?}");
    assert_eq!(fs::read_to_string(upper.join("data/note")).unwrap(), "hello");
    let error = sandbox.work("nothing", String::new(), &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("starting nothing"), "{error}");
}

fn main() -> ExitCode {
    sandbox::entry(&[WORK]);
    match sandbox::become_root("IN_NAMESPACE") {
        Ok(None) => {}
        Ok(Some(status)) => return ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)),
        Err(error) => {
            eprintln!("the sandbox cannot be tested here: {error}");
            return ExitCode::FAILURE;
        }
    }
    let checks: [(&str, fn()); 9] = [
        ("work_of_this_program", work_of_this_program_is_done_inside),
        ("output_and_exit_code_come_back", output_and_exit_code_come_back),
        ("a_signal_is_told_apart_from_an_exit_code", a_signal_is_told_apart_from_an_exit_code),
        ("changes_land_in_the_upper_folder_alone", changes_land_in_the_upper_folder_alone),
        ("what_is_shown_from_outside_cannot_be_changed", what_is_shown_from_outside_cannot_be_changed),
        ("processes_left_running_are_stopped", processes_left_running_are_stopped_politely_and_then_not),
        ("the_network_is_off_unless_shared", the_network_is_off_unless_shared),
        ("an_overlay_beside_the_root", an_overlay_beside_the_root_keeps_its_lower_folder_whole),
        ("a_program_that_is_not_there", a_program_that_is_not_there_is_an_error_with_its_name),
    ];
    for (name, check) in &checks {
        check();
        println!("test {name} ... ok");
    }
    println!("\ntest result: ok. {} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", checks.len());
    ExitCode::SUCCESS
}
