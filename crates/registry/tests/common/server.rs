//! A registry in memory, one thread a connection. What it does by default is right; a hook that sees each
//! request first can make it do anything else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sha256::Digest;

/// A request, its body not read yet.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: BTreeMap<String, String>,
    /// How many requests there were before.
    pub number: usize,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn is(&self, method: &str, part: &str) -> bool {
        self.method == method && self.target.contains(part)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Only so much of the body is sent; then the connection breaks.
    pub cut: Option<usize>,
    /// No length is announced; the end of the connection is the end of the body.
    pub unannounced: bool,
}

impl Answer {
    pub fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

/// What a hook decides.
pub enum Action {
    /// What a registry does.
    Usual,
    /// Something else; the body is read and thrown away.
    Answer(Answer),
    /// What a registry does, but only so much of the answer's body is sent.
    Cut(usize),
    /// So much of the request's body is taken in and kept, then the connection breaks.
    TakeOnly(usize),
    /// The connection breaks at once.
    Drop,
    /// No answer for so long.
    Hang(Duration),
}

type Hook = dyn Fn(&Request) -> Action + Send + Sync;

#[derive(Default)]
pub struct Content {
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// By repository and tag or digest: media type and bytes.
    pub manifests: BTreeMap<(String, String), (String, Vec<u8>)>,
    pub uploads: BTreeMap<usize, Vec<u8>>,
    /// Which repository has which blob.
    pub owners: Vec<(String, String)>,
    begun: usize,
}

pub struct Fake {
    pub address: SocketAddr,
    pub content: Arc<Mutex<Content>>,
    pub requests: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    /// A registry that behaves.
    pub fn new() -> Self {
        Self::with(|_| Action::Usual)
    }

    pub fn with(hook: impl Fn(&Request) -> Action + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let fake = Self { address, content: Arc::default(), requests: Arc::default() };
        let (content, requests, hook) =
            (Arc::clone(&fake.content), Arc::clone(&fake.requests), Arc::new(hook) as Arc<Hook>);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (content, requests, hook) =
                    (Arc::clone(&content), Arc::clone(&requests), Arc::clone(&hook));
                thread::spawn(move || serve(stream, &content, &requests, &*hook));
            }
        });
        fake
    }

    /// The registry's name in references.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// `METHOD TARGET` of what was asked, since the last time this was looked at.
    pub fn asked(&self) -> Vec<String> {
        let requests = std::mem::take(&mut *self.requests.lock().unwrap());
        requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }

    pub fn put_blob(&self, repository: &str, bytes: &[u8]) {
        let mut content = self.content.lock().unwrap();
        let digest = Digest::of(bytes).oci();
        content.blobs.insert(digest.clone(), bytes.to_vec());
        content.owners.push((repository.to_owned(), digest));
    }

    pub fn put_manifest(&self, repository: &str, tag: &str, media_type: &str, bytes: &[u8]) {
        let mut content = self.content.lock().unwrap();
        for name in [tag.to_owned(), Digest::of(bytes).oci()] {
            content.manifests.insert((repository.to_owned(), name), (media_type.to_owned(), bytes.to_vec()));
        }
    }
}

fn serve(stream: TcpStream, content: &Mutex<Content>, requests: &Mutex<Vec<Request>>, hook: &Hook) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    let Some(mut request) = read_head(&mut reader) else { return };
    {
        let mut requests = requests.lock().unwrap();
        request.number = requests.len();
        requests.push(request.clone());
    }
    let length = request.header("content-length").parse().unwrap_or(0);
    let (answer, cut) = match hook(&request) {
        Action::Drop => return,
        Action::Hang(time) => return thread::sleep(time),
        Action::TakeOnly(most) => {
            let mut taken = vec![0; most.min(length)];
            reader.read_exact(&mut taken).unwrap();
            take(content, &request, &taken);
            return;
        }
        action => {
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                return;
            }
            match action {
                Action::Answer(answer) => (answer, None),
                Action::Cut(cut) => (usual(content, &request, body), Some(cut)),
                _ => (usual(content, &request, body), None),
            }
        }
    };
    let answer = Answer { cut: cut.or(answer.cut), ..answer };
    let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", answer.status);
    if !answer.unannounced && !answer.headers.iter().any(|(name, _)| name == "Content-Length") {
        write!(head, "Content-Length: {}\r\n", answer.body.len()).unwrap();
    }
    for (name, value) in &answer.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head.push_str("\r\n");
    // The other side may have gone: that is its right.
    let _ = writer.write_all(head.as_bytes());
    if request.method != "HEAD" {
        let _ = writer.write_all(&answer.body[..answer.cut.unwrap_or(usize::MAX).min(answer.body.len())]);
    }
}

fn read_head(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(Request { method, target, headers, number: 0 })
}

/// Adds to an upload.
fn take(content: &Mutex<Content>, request: &Request, bytes: &[u8]) {
    if let Some(id) = upload_id(&request.target) {
        content.lock().unwrap().uploads.entry(id).or_default().extend_from_slice(bytes);
    }
}

fn upload_id(target: &str) -> Option<usize> {
    target.split_once("/blobs/uploads/")?.1.split('?').next()?.parse().ok()
}

fn query<'a>(target: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// What a registry does.
fn usual(content: &Mutex<Content>, request: &Request, body: Vec<u8>) -> Answer {
    let path = request.target.split('?').next().unwrap().trim_start_matches("/v2/");
    if let Some((repository, name)) = path.split_once("/manifests/") {
        return manifest(content, request, repository, name, body);
    }
    if let Some((repository, _)) = path.split_once("/blobs/uploads/") {
        return upload(content, request, repository, body);
    }
    match path.split_once("/blobs/") {
        Some((repository, digest)) => blob(content, request, repository, digest),
        None => Answer::new(404),
    }
}

fn manifest(
    content: &Mutex<Content>,
    request: &Request,
    repository: &str,
    name: &str,
    body: Vec<u8>,
) -> Answer {
    let mut content = content.lock().unwrap();
    let key = |name: &str| (repository.to_owned(), name.to_owned());
    if request.method == "PUT" {
        let digest = Digest::of(&body).oci();
        let media_type = request.header("content-type").to_owned();
        content.manifests.insert(key(&digest), (media_type.clone(), body.clone()));
        content.manifests.insert(key(name), (media_type, body));
        return Answer::new(201).header("Docker-Content-Digest", digest);
    }
    let Some((media_type, bytes)) = content.manifests.get(&key(name)) else {
        let words = r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#;
        return Answer::new(404).body(words);
    };
    Answer::new(200)
        .header("Content-Type", media_type)
        .header("Docker-Content-Digest", Digest::of(bytes).oci())
        .body(bytes.clone())
}

fn blob(content: &Mutex<Content>, request: &Request, repository: &str, digest: &str) -> Answer {
    let content = content.lock().unwrap();
    let owned = content.owners.contains(&(repository.to_owned(), digest.to_owned()));
    let Some(bytes) = content.blobs.get(digest).filter(|_| owned) else { return Answer::new(404) };
    let from = request
        .header("range")
        .strip_prefix("bytes=")
        .and_then(|range| range.split('-').next()?.parse().ok());
    match from {
        Some(from) if from < bytes.len() => Answer::new(206)
            .header("Content-Range", format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len()))
            .body(&bytes[from..]),
        Some(_) => Answer::new(416),
        None => Answer::new(200).body(bytes.clone()),
    }
}

fn upload(content: &Mutex<Content>, request: &Request, repository: &str, body: Vec<u8>) -> Answer {
    let location = |id: usize| format!("/v2/{repository}/blobs/uploads/{id}?state=x");
    let mut content = content.lock().unwrap();
    if request.method == "POST" {
        if let (Some(digest), Some(from)) = (query(&request.target, "mount"), query(&request.target, "from"))
            && content.owners.contains(&(from.to_owned(), digest.to_owned()))
        {
            let owned = (repository.to_owned(), digest.to_owned());
            content.owners.push(owned);
            return Answer::new(201);
        }
        content.begun += 1;
        let id = content.begun;
        content.uploads.insert(id, Vec::new());
        return Answer::new(202).header("Location", location(id)).header("Range", "0-0");
    }
    let Some(id) = upload_id(&request.target) else { return Answer::new(404) };
    let Some(received) = content.uploads.get_mut(&id) else { return Answer::new(404) };
    let begins =
        request.header("content-range").split('-').next().and_then(|text| text.parse::<usize>().ok());
    if begins.is_some_and(|begins| begins != received.len()) {
        return Answer::new(416);
    }
    received.extend_from_slice(&body);
    let range = format!("0-{}", received.len().saturating_sub(1));
    match request.method.as_str() {
        "PUT" => {
            let bytes = content.uploads.remove(&id).unwrap();
            let digest = Digest::of(&bytes).oci();
            if query(&request.target, "digest").unwrap().replace("%3A", ":") != digest {
                let words =
                    r#"{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}"#;
                return Answer::new(400).body(words);
            }
            content.blobs.insert(digest.clone(), bytes);
            content.owners.push((repository.to_owned(), digest));
            Answer::new(201)
        }
        "PATCH" => Answer::new(202).header("Location", location(id)).header("Range", range),
        _ => Answer::new(204).header("Location", location(id)).header("Range", range),
    }
}
