//! A keep-alive HTTP/1.1 connection that costs next to nothing: the generator shares its processors with the server.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// One connection. Replies have a length or come in chunks; both are read whole.
pub struct Connection {
    stream: TcpStream,
    host: String,
    out: Vec<u8>,
    input: Vec<u8>,
}

/// What came back; the body is read from the connection's buffer.
pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    pub cookies: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(host: &str) -> Result<Self, Error> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: host.to_owned(), out: Vec::new(), input: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and reads its whole reply. `headers` are lines, each with its end.
    pub async fn ask(&mut self, line: &str, headers: &str, body: &[u8]) -> Result<Reply, Error> {
        self.out.clear();
        let length = body.len();
        let head = format!(
            "{line} HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\ncontent-length: {length}\r\n{headers}\r\n",
            self.host
        );
        self.out.extend_from_slice(head.as_bytes());
        self.out.extend_from_slice(body);
        self.stream.write_all(&self.out).await?;
        self.input.clear();
        let end = loop {
            if let Some(end) = find(&self.input, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = std::str::from_utf8(&self.input[..end])?;
        let mut reply = Reply {
            status: head.get(9..12).ok_or("no status")?.parse()?,
            location: None,
            cookies: Vec::new(),
            body: Vec::new(),
        };
        let (mut length, mut chunked) = (0, false);
        for (name, value) in head.split("\r\n").skip(1).filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = value.contains("chunked"),
                "location" => reply.location = Some(value.to_owned()),
                "set-cookie" => {
                    if let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
                    {
                        reply.cookies.push((name.to_owned(), value.to_owned()));
                    }
                }
                _ => {}
            }
        }
        if chunked {
            reply.body = self.chunks(end).await?;
        } else {
            while self.input.len() < end + length {
                self.more().await?;
            }
            reply.body = self.input[end..end + length].to_vec();
        }
        Ok(reply)
    }

    async fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = find(&self.input[at..], b"\r\n") {
                    break at + end;
                }
                self.more().await?;
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.input[at..end])?.trim(), 16)?;
            while self.input.len() < end + 2 + size + 2 {
                self.more().await?;
            }
            body.extend_from_slice(&self.input[end + 2..end + 2 + size]);
            at = end + 2 + size + 2;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn more(&mut self) -> Result<(), Error> {
        if self.stream.read_buf(&mut self.input).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
