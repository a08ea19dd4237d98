//! The example's three images, run and put to their use.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::engine::{Container, Engine};
use crate::http;
use crate::shell::{command, read, root, say};

/// The example's folder, from the workspace's root.
pub const EXAMPLE: &str = "examples/dischord";

/// The images of the example.
pub const NAMES: [&str; 3] = ["cachier", "dischord/database", "dischord/webserver"];

/// Starts each image and asks of it what it is for; shows what it answers.
pub fn use_all(engine: &Engine) -> Result<()> {
    use_one(engine, "dischord/webserver", use_webserver)?;
    use_one(engine, "dischord/database", use_database)?;
    use_one(engine, "cachier", use_cachier)
}

fn use_one(engine: &Engine, name: &str, check: fn(&Container) -> Result<()>) -> Result<()> {
    let container = engine.run(&format!("{name}:latest"))?;
    check(&container)
        .with_context(|| format!("{name} does not do what it is for; its output:\n{}", container.logs()))
}

/// A page, and a page made by PHP.
fn use_webserver(container: &Container) -> Result<()> {
    let address = container.address(80)?;
    let page = http::get(address, "localhost", "/")?.text();
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    ensure!(!title.is_empty(), "the page has no title:\n{page}");
    say(&format!("  webserver: GET / answers `{title}`"));
    let status = http::get(address, "localhost", "/status.php")?.text();
    ensure!(status.contains("PHP") && !status.contains("<?php"), "status.php was not run by PHP:\n{status}");
    say(&format!("  webserver: GET /status.php answers `{}`", status.lines().next().unwrap_or_default()));
    Ok(())
}

/// A query as the user that Hiera names; the tables, whose files effigy has brought into a normal form, looked over
/// by the server; and rows that are still there when it was stopped and started again.
fn use_database(container: &Container) -> Result<()> {
    let password = format!("--password={}", password()?);
    let client =
        ["mariadb", "--host=127.0.0.1", "--user=dischord", &password, "--skip-column-names", "dischord"];
    let ask = |query: &str| container.read_patiently(&[&client[..], &["-e", query]].concat());
    let answer = ask("select concat(current_user(), ' may use ', database(), ' of MariaDB ', version())")?;
    ensure!(answer.contains("dischord@"), "unexpected answer: {answer}");
    say(&format!("  database: {}", answer.trim()));

    let checked = container.read(&["mariadb-check", "--all-databases", "--extended"])?;
    let (tables, others): (Vec<&str>, Vec<&str>) = checked.lines().partition(|line| line.ends_with(" OK"));
    ensure!(!tables.is_empty() && others.is_empty(), "not all tables are well:\n{checked}");
    ask("create table kept (word text); insert into kept values ('this'), ('that')")?;
    container.restart()?;
    let kept = ask("select count(*) from kept")?;
    ensure!(kept.trim() == "2", "after a restart there are {kept} rows of 2");
    say(&format!("  database: {} tables are well, and rows outlive a restart", tables.len()));
    Ok(())
}

/// The password that the example's data gives the user.
fn password() -> Result<String> {
    let path = root().join(EXAMPLE).join("hieradata/container/dischord_database.yaml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let line = text.lines().find_map(|line| line.strip_prefix("profile::mariadb::password:"));
    Ok(line.context("the example's data names no password")?.trim().to_owned())
}

/// A package through the cache, checked against what apt says of it.
fn use_cachier(container: &Container) -> Result<()> {
    let line = read(&mut command("apt-get", &["download", "--print-uris", "hello"]))?;
    let mut words = line.split_whitespace();
    let url = words.next().unwrap_or_default().trim_matches('\'').to_owned();
    let size: usize = words.nth(1).and_then(|word| word.parse().ok()).context("apt-get told no size")?;
    let host = url.split('/').nth(2).unwrap_or_default();
    let package = http::get(container.address(3142)?, host, &url)?;
    ensure!(package.body.starts_with(b"!<arch>"), "what the cache serves for {url} is no package");
    ensure!(package.body.len() == size, "the cache serves {} bytes of {size}", package.body.len());
    say(&format!("  cachier: serves {} ({size} bytes)", url.rsplit('/').next().unwrap_or_default()));
    Ok(())
}
