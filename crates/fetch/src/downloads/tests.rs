//! Against a server of a few lines that answers from a script, and against `file:` URLs.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use diagnostics::Hint;
use progress::Silent;

use super::*;
use crate::Options;

/// Requests as `GET /path` with their headers in lower case, in the order they came.
type Log = Arc<Mutex<Vec<String>>>;

/// Serves on a port of its own. `answer` gets the path and how often it was asked for before.
fn serve(answer: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let log = Log::default();
    let (answer, kept) = (Arc::new(answer), log.clone());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (answer, log) = (answer.clone(), kept.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                while reader.read_line(&mut request).is_ok_and(|read| read > 2) {}
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(request.to_lowercase());
                    log.iter().filter(|line| line.starts_with(&format!("get {path} "))).count() - 1
                };
                stream.write_all(answer(&path, before).as_bytes()).ok();
            });
        }
    });
    (address, log)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn status(line: &str) -> String {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn client(attempts: u32) -> Client {
    Client::new(Options { attempts, ..Options::default() }).unwrap()
}

fn download(url: String, content: &str, path: &Path) -> Download {
    let length = Some(content.len() as u64);
    Download { url, digest: Digest::of(content), length, path: path.to_owned() }
}

/// The names in a folder, sorted; none if there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn many_files_arrive_and_are_not_fetched_twice() {
    let (server, log) = serve(|path, _| ok(&path.repeat(100)));
    let folder = tempfile::tempdir().unwrap();
    let pool = folder.path().join("a/pool");
    let downloads: Vec<_> = (0..20)
        .map(|i| download(format!("{server}/{i}"), &format!("/{i}").repeat(100), &pool.join(i.to_string())))
        .collect();
    let client = client(1);
    client.fetch_all(&downloads, &Silent).unwrap();
    assert_eq!(fs::read_to_string(pool.join("7")).unwrap(), "/7".repeat(100));
    assert_eq!(names(&pool).len(), 20);

    fs::write(pool.join("3"), "/X".repeat(100)).unwrap();
    client.fetch_all(&downloads, &Silent).unwrap();
    assert_eq!(fs::read_to_string(pool.join("3")).unwrap(), "/3".repeat(100));
    assert_eq!(log.lock().unwrap().len(), 21, "only the damaged file is fetched again");
}

#[test]
fn what_is_retried_and_what_is_not() {
    // (first answer, attempts allowed, requests made, whether it succeeds at last)
    let cases = [
        ("503 Unavailable", 3, 2, true),
        ("429 Slow Down", 3, 2, true),
        ("408 Timeout", 3, 2, true),
        ("503 Unavailable", 1, 1, false),
        ("404 Not Found", 3, 1, false),
        ("403 Forbidden", 3, 1, false),
    ];
    for (first, attempts, requests, succeeds) in cases {
        let (server, log) = serve(move |_, before| if before == 0 { status(first) } else { ok("text") });
        let result = client(attempts).get(&format!("{server}/x"), 100);
        assert_eq!(result.is_ok(), succeeds, "{first}: {result:?}");
        assert_eq!(log.lock().unwrap().len(), requests, "{first}");
        assert_eq!(result.is_err_and(|error| error.is_missing()), first.starts_with("404"));
    }
}

#[test]
fn a_broken_transfer_is_repeated() {
    let (server, log) = serve(|_, before| match before {
        0 => "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhal".to_owned(),
        _ => ok("halfway"),
    });
    let folder = tempfile::tempdir().unwrap();
    let wanted = download(format!("{server}/x"), "halfway", &folder.path().join("x"));
    client(2).fetch_all(&[wanted], &Silent).unwrap();
    assert_eq!((names(folder.path()), log.lock().unwrap().len()), (vec!["x".to_owned()], 2));
}

#[test]
fn wrong_content_is_asked_for_once_more_past_caches() {
    for heals in [true, false] {
        let (server, log) = serve(move |_, before| ok(if before > 0 && heals { "right" } else { "wrong" }));
        let folder = tempfile::tempdir().unwrap();
        let wanted = download(format!("{server}/x"), "right", &folder.path().join("x"));
        let result = client(5).fetch_all(&[wanted], &Silent);
        assert_eq!(log.lock().unwrap().len(), 2);
        assert!(log.lock().unwrap()[1].contains("cache-control: no-cache"));
        match result {
            Ok(()) => assert!(heals),
            Err(error) => {
                assert!(!heals);
                let (url, found) = (format!("`{server}/x`"), Digest::of("wrong"));
                let expected = Digest::of("right");
                assert_eq!(error.to_string(), format!("{url} has SHA-256 {found}, expected {expected}"));
                assert_eq!(names(folder.path()), [""; 0], "nothing is left behind");
            }
        }
    }
}

#[test]
fn no_more_bytes_than_allowed() {
    let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\n123456\r\n0\r\n\r\n";
    for answer in [ok("123456"), chunked.to_owned()] {
        let (server, _) = serve(move |_, _| answer.clone());
        let url = format!("{server}/x");
        assert!(matches!(client(1).get(&url, 5), Err(Error::TooLong { limit: 5, .. })));
        assert_eq!(client(1).get(&url, 6).unwrap(), b"123456");
        let folder = tempfile::tempdir().unwrap();
        let wanted = download(url, "12345", &folder.path().join("x"));
        assert!(matches!(client(1).fetch_all(&[wanted], &Silent), Err(Error::TooLong { .. })));
        assert_eq!(names(folder.path()), [""; 0]);
    }
}

#[test]
fn the_first_error_stops_the_others() {
    let (server, log) = serve(|path, _| if path == "/0" { status("404 Gone") } else { ok("") });
    let folder = tempfile::tempdir().unwrap();
    let downloads: Vec<_> =
        (0..50).map(|i| download(format!("{server}/{i}"), "", &folder.path().join(i.to_string()))).collect();
    let client = Client::new(Options { parallel: 1, ..Options::default() }).unwrap();
    assert!(client.fetch_all(&downloads, &Silent).unwrap_err().is_missing());
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[test]
fn a_dead_server_is_named_with_a_hint() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let started = Instant::now();
    let error = client(2).get(&format!("http://{address}/x"), 10).unwrap_err();
    assert!(started.elapsed() >= std::time::Duration::from_millis(250), "tried again after a pause");
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("cannot connect for `http://{address}/x`: Connection refused")),
        "{text}"
    );
    assert!(error.is_network() && error.hint().is_some());
}

#[test]
fn validators_save_the_body_and_redirects_are_followed() {
    let (server, log) = serve(|path, before| match (path, before) {
        ("/old", _) => "HTTP/1.1 302 Found\r\nLocation: /new\r\nConnection: close\r\n\r\n".to_owned(),
        (_, 0) => ok("text").replacen("\r\n", "\r\nETag: \"v1\"\r\nLast-Modified: some day\r\n", 1),
        _ => "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_owned(),
    });
    let url = format!("{server}/old");
    let first = client(1).get_changed(&url, 10, &Validators::default()).unwrap().unwrap();
    assert_eq!(first.bytes, b"text");
    assert_eq!(client(1).get_changed(&url, 10, &first.validators).unwrap(), None);
    let log = log.lock().unwrap();
    assert!(
        log[3].contains("if-none-match: \"v1\"\r\n") && log[3].contains("if-modified-since: some day\r\n")
    );
}

#[test]
fn local_mirrors_and_unusable_urls() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a b"), "text").unwrap();
    let base = format!("file://{}", folder.path().display());
    assert_eq!(client(1).get(&format!("{base}/a%20b"), 10).unwrap(), b"text");
    assert!(client(1).get(&format!("{base}/c"), 10).unwrap_err().is_missing());
    assert!(matches!(client(1).get(&base, 10), Err(Error::Io { .. })));
    for url in ["mirror", "ftp://mirror.example.org/x", "http://", "file://host/x"] {
        assert!(matches!(client(1).get(url, 10), Err(Error::Url { .. })), "{url}");
    }
    let options = Options { proxy: Some("http://".to_owned()), ..Options::default() };
    assert!(matches!(Client::new(options), Err(Error::Setup { .. })));

    let wanted = download(format!("{base}/a%20b"), "text", &folder.path().join("pool/copy"));
    client(1).fetch_all(&[wanted], &Silent).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("pool/copy")).unwrap(), "text");
}

#[test]
fn a_full_disk_says_so() {
    let full = io::Error::from_raw_os_error(28);
    let error = Error::writing(Path::new("/var/pool/a.deb"), full);
    assert_eq!(error.to_string(), "no space left in `/var/pool`");
}

#[test]
fn a_proxy_gets_the_whole_url() {
    let (server, log) = serve(|_, _| ok("from the proxy"));
    let options = Options { proxy: Some(server), ..Options::default() };
    let bytes = Client::new(options).unwrap().get("http://mirror.example.org/x", 100).unwrap();
    assert_eq!(bytes, b"from the proxy");
    assert!(log.lock().unwrap()[0].starts_with("get http://mirror.example.org/x "));
}
