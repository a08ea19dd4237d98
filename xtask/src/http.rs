//! As much of HTTP as looking at a page takes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a freshly started service gets.
const PATIENCE: Duration = Duration::from_secs(60);

/// A response.
pub struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Response {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks a server for `target`, a path or, of a proxy, a whole URL; once.
pub fn get_once(server: SocketAddr, host: &str, target: &str) -> Result<Response> {
    let mut stream = TcpStream::connect_timeout(&server, Duration::from_secs(5)).context("connecting")?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET {target} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).context("reading the response")?;
    let end =
        bytes.windows(4).position(|window| window == b"\r\n\r\n").context("a response without a head")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status =
        head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("a response without a status")?;
    Ok(Response { status, body: bytes.split_off(end + 4) })
}

/// Asks until the server answers with 200.
pub fn get(server: SocketAddr, host: &str, target: &str) -> Result<Response> {
    let begun = Instant::now();
    loop {
        let last = match get_once(server, host, target) {
            Ok(response) if response.status == 200 => return Ok(response),
            Ok(response) => format!("status {}: {}", response.status, response.text()),
            Err(error) => format!("{error:#}"),
        };
        if begun.elapsed() > PATIENCE {
            bail!("{target} of {server} was not answered: {last}");
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}
