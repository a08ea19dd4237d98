//! Loading an image: an archive is written by one thread and sent by another, so that no image ever lies in
//! memory or in a temporary file.

use std::io::{self, BufWriter, Write};
use std::thread;

use bollard::query_parameters::ImportImageOptions;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;

use crate::{Engine, Error};

/// Size of the pieces that are sent, in bytes.
const PIECE: usize = 256 * 1024;

impl Engine {
    /// Loads the image archive that `write` writes; returns what the engine says, e.g. `Loaded image: a:b`.
    pub fn load<E>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E> + Send,
    ) -> Result<Vec<String>, LoadError<E>>
    where
        E: Send,
    {
        let (sender, receiver) = mpsc::channel(4);
        let (written, loaded) = thread::scope(|scope| {
            let writer = scope.spawn(move || {
                let mut pipe = BufWriter::with_capacity(PIECE, Pipe(Some(sender)));
                let outcome = write(&mut pipe);
                let flushed = pipe.flush();
                let pipe = pipe.get_mut();
                match &outcome {
                    // An archive that ends early must not look whole.
                    Err(_) => pipe.fail(),
                    Ok(()) => pipe.0 = None,
                }
                outcome
                    .map_err(LoadError::Write)
                    .and_then(|()| flushed.map_err(|_| LoadError::Engine(Error::Refused(String::new()))))
            });
            let loaded = self.runtime.block_on(self.send(receiver));
            (writer.join(), loaded)
        });
        match (written, loaded) {
            // The engine's own words explain a pipe that broke.
            (_, Err(error @ Error::Refused(_))) => Err(LoadError::Engine(error)),
            (Ok(Err(LoadError::Write(error))), _) => Err(LoadError::Write(error)),
            (_, Err(error)) => Err(LoadError::Engine(error)),
            (Ok(Ok(())), Ok(lines)) => Ok(lines),
            (Ok(Err(error)), Ok(_)) => Err(error),
            (Err(_), Ok(_)) => Err(LoadError::Engine(Error::Refused("the archive's writer died".into()))),
        }
    }

    async fn send(&self, receiver: mpsc::Receiver<io::Result<Bytes>>) -> Result<Vec<String>, Error> {
        let pieces = stream::unfold(receiver, |mut receiver| async move {
            let piece = receiver.recv().await?;
            Some((piece, receiver))
        });
        let mut answers =
            Box::pin(self.client.import_image_stream(ImportImageOptions::default(), pieces, None));
        let mut lines = Vec::new();
        while let Some(answer) = answers.next().await {
            let answer = answer.map_err(Error::of)?;
            if let Some(message) = answer.error_detail.and_then(|detail| detail.message) {
                return Err(Error::Refused(message));
            }
            lines.extend(answer.stream.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()));
        }
        Ok(lines)
    }
}

/// Why an image was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError<E> {
    /// The archive could not be written.
    #[error(transparent)]
    Write(E),
    /// The engine would not have it.
    #[error(transparent)]
    Engine(Error),
}

/// The writing end of the channel. Closed by dropping the sender.
struct Pipe(Option<mpsc::Sender<io::Result<Bytes>>>);

impl Pipe {
    fn fail(&mut self) {
        if let Some(sender) = self.0.take() {
            // A receiver that is gone knows already.
            let _ = sender.blocking_send(Err(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let sender = self.0.as_ref().ok_or_else(gone)?;
        sender.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(|_| gone())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
