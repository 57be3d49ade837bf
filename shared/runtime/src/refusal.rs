//! Gives hyper's own refusals a body: a request that it cannot parse never reaches a router.

use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long a refused connection is still read from, so that the answer is not lost to a reset.
const LINGER: Duration = Duration::from_secs(2);

/// A connection on which hyper's answers without a body (400, 431) go out as problems.
///
/// hyper answers a request that it cannot read by itself, with a head and nothing else, and then closes. It
/// offers no hook, so the head is known here by its form: hyper writes it at once, and no router of
/// ours answers an error without a body.
#[derive(Debug)]
pub(crate) struct RefusalBodies<S> {
    stream: S,
    /// What is still to be written in place of a head that hyper counts as written.
    replacement: Vec<u8>,
    /// Runs from the end of a refused connection; what still arrives until then is thrown away.
    linger: Option<Pin<Box<Sleep>>>,
    refused: bool,
}

impl<S> RefusalBodies<S> {
    /// A connection that nothing was written to yet.
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            replacement: Vec::new(),
            linger: None,
            refused: false,
        }
    }
}

impl<S: AsyncWrite + Unpin> RefusalBodies<S> {
    /// Ready when nothing of a replaced head is left.
    fn poll_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replacement.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.replacement))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.replacement.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// The whole answer for a head that hyper wrote by itself; none for any other bytes.
fn with_body(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes.strip_prefix(b"HTTP/1.1 4")?;
    let bodiless = head.ends_with(b"\r\n\r\n") && contains(head, b"content-length: 0\r\n");
    let (code, detail) = match head.get(..2)? {
        b"00" => (Code::InvalidRequest, "what was sent is no HTTP request"),
        b"31" => (
            Code::HeadersTooLarge,
            "the headers of a request may have 64 KiB in all",
        ),
        _another => return None,
    };
    if !bodiless {
        return None;
    }
    let body = serde_json::to_vec(&Problem::new(code, detail)).ok()?;
    let status = code.status();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        PROBLEM_JSON.to_str().ok()?,
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    Some(answer)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for RefusalBodies<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        if let Some(answer) = with_body(bytes) {
            self.replacement = answer;
            self.refused = true;
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = slices {
            return self.poll_write(cx, only);
        }
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replacement(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replacement(cx))?;
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        self.poll_linger(cx).map(Ok)
    }
}

impl<S: AsyncRead + Unpin> RefusalBodies<S> {
    /// Ready when a refused client has closed too, or was given enough time.
    ///
    /// Closing a socket with bytes unread resets it, and the client may lose the answer that came before.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.refused {
            return Poll::Ready(());
        }
        let sleep = || Box::pin(tokio::time::sleep(LINGER));
        let linger = self.linger.get_or_insert_with(sleep);
        if linger.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut bytes = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for RefusalBodies<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_head_that_hyper_wrote_by_itself_is_replaced() {
        let hypers = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\ndate: now\r\n\r\n";
        let answer = String::from_utf8(with_body(hypers).unwrap()).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("\"code\":\"headers_too_large\""),
            "{answer}"
        );
        for ours in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            b"",
        ] {
            assert_eq!(with_body(ours), None);
        }
    }
}
