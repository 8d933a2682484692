//! The one type through which everything is printed.
//!
//! Results go to standard output, everything else to standard error. Texts hold ANSI colours;
//! they are taken out where the stream is no terminal, or where `NO_COLOR`, `CLICOLOR`,
//! `CLICOLOR_FORCE` or `--color` say so; the option wins over the environment.
//!
//! **A reader that goes away** (`git store plan | head`) is no failure, and no reason to stop a
//! push midway: from then on nothing more is written to that stream, the work goes on, and the
//! program ends with the exit code that it would have had. Any other failure to write a result,
//! such as a full disk, is remembered and returned by [`Output::finish`].

use super::error::{CliError, Kind};
use super::render::text::{BOLD, CYAN, RED, YELLOW, one_line, paint};
use anstream::{AutoStream, ColorChoice, adapter::strip_str};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// When there are colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is told beside results.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// What people usually want to know.
    #[default]
    Normal,
    /// Details as well.
    Verbose,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// When there are colours.
    pub color: Color,
    /// How much is told beside results.
    pub verbosity: Verbosity,
    /// Results and errors are JSON on standard output.
    pub json: bool,
}

/// Where everything is printed.
pub struct Output {
    results: Mutex<Stream>,
    messages: Mutex<Stream>,
    options: Options,
}

impl Output {
    /// Prints to the standard streams.
    pub fn new(options: Options) -> Self {
        let results = is_coloured(options.color, || AutoStream::choice(&io::stdout()));
        let messages = is_coloured(options.color, || AutoStream::choice(&io::stderr()));
        Self {
            results: Mutex::new(Stream::new(Box::new(io::stdout()), results)),
            messages: Mutex::new(Stream::new(Box::new(io::stderr()), messages)),
            options,
        }
    }

    /// Prints everything to standard error, results too: for the remote helper, whose standard
    /// output belongs to git.
    pub fn beside_git(options: Options) -> Self {
        let is_coloured = is_coloured(options.color, || AutoStream::choice(&io::stderr()));
        let stream = || Mutex::new(Stream::new(Box::new(io::stderr()), is_coloured));
        Self {
            results: stream(),
            messages: stream(),
            options: Options {
                json: false,
                ..options
            },
        }
    }

    /// Prints into memory, for tests: what went to standard output, and to standard error.
    pub fn captured(options: Options) -> (Self, Captured, Captured) {
        let (results, messages) = (Captured::default(), Captured::default());
        let is_coloured = options.color == Color::Always;
        let output = Self {
            results: Mutex::new(Stream::new(Box::new(results.clone()), is_coloured)),
            messages: Mutex::new(Stream::new(Box::new(messages.clone()), is_coloured)),
            options,
        };
        (output, results, messages)
    }

    /// How to print.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Prints a result.
    pub fn result(&self, text: &str) {
        lock(&self.results).write(text);
    }

    /// Prints a result as one line of JSON.
    pub fn json(&self, value: &serde_json::Value) {
        self.result(&json_line(value));
    }

    /// Tells something, unless it is to be quiet.
    pub fn message(&self, text: &str) {
        if self.options.verbosity >= Verbosity::Normal {
            lock(&self.messages).write(text);
        }
    }

    /// Tells a detail, if details are wanted.
    pub fn detail(&self, text: &str) {
        if self.options.verbosity >= Verbosity::Verbose {
            lock(&self.messages).write(text);
        }
    }

    /// Tells something, however quiet it is to be.
    pub fn always(&self, text: &str) {
        lock(&self.messages).write(text);
    }

    /// Warns, however quiet it is to be.
    pub fn warning(&self, message: &str) {
        let line = format!("{} {}", paint(YELLOW.bold(), "warning:"), one_line(message));
        lock(&self.messages).write(&line);
    }

    /// Reports why it did not work: text on standard error, JSON on standard output.
    pub fn error(&self, error: &CliError) {
        if self.options.json {
            return self.json(&error.json());
        }
        let mut text = format!(
            "{} {}\n",
            paint(RED.bold(), "error:"),
            paint(BOLD, &error.message)
        );
        for hint in &error.hints {
            text += &format!("{} {hint}\n", paint(CYAN.bold(), "hint:"));
        }
        lock(&self.messages).write(&text);
    }

    /// Whether all results could be written. To be called once, at the end.
    ///
    /// # Errors
    /// When a result was lost for another reason than a reader that went away.
    pub fn finish(&self) -> Result<(), CliError> {
        match lock(&self.results).failure.take() {
            None => Ok(()),
            Some(error) => Err(CliError::new(
                Kind::Output,
                &format!("cannot write to standard output: {error}"),
            )),
        }
    }
}

fn is_coloured(color: Color, choice: impl Fn() -> ColorChoice) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => choice() != ColorChoice::Never,
    }
}

/// JSON in one line, with what could drive a terminal escaped. Such characters can stand in
/// strings only, so the value stays the same.
fn json_line(value: &serde_json::Value) -> String {
    let mut line = String::new();
    for character in value.to_string().chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => line += &format!("\\u{:04x}", u32::from(character)),
            _ => line.push(character),
        }
    }
    line
}

fn lock(stream: &Mutex<Stream>) -> MutexGuard<'_, Stream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Stream {
    writer: Box<dyn Write + Send>,
    is_coloured: bool,
    is_closed: bool,
    failure: Option<io::Error>,
}

impl Stream {
    fn new(writer: Box<dyn Write + Send>, is_coloured: bool) -> Self {
        Self {
            writer,
            is_coloured,
            is_closed: false,
            failure: None,
        }
    }

    /// Writes a text, ending it with a line feed.
    fn write(&mut self, text: &str) {
        if self.is_closed || text.is_empty() {
            return;
        }
        let mut text = match self.is_coloured {
            true => text.to_owned(),
            false => strip_str(text).to_string(),
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let written = self.writer.write_all(text.as_bytes());
        if let Err(error) = written.and_then(|()| self.writer.flush()) {
            self.is_closed = true;
            self.failure = Some(error).filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        }
    }
}

/// What was printed into memory.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// Everything so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        captured.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn broken(kind: io::ErrorKind) -> Output {
        let (output, ..) = Output::captured(Options::default());
        Output {
            results: Mutex::new(Stream::new(Box::new(Broken(kind)), false)),
            ..output
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let output = broken(io::ErrorKind::BrokenPipe);
        output.result("one");
        output.result("two");
        assert_eq!(output.finish(), Ok(()));
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let output = broken(io::ErrorKind::StorageFull);
        output.result("one");
        let error = output.finish().expect_err("the result is lost");
        assert_eq!(error.kind, Kind::Output);
    }

    #[test]
    fn verbosity_and_streams() {
        for (verbosity, shown) in [
            (Verbosity::Quiet, "warning: w\n"),
            (Verbosity::Normal, "m\nwarning: w\n"),
            (Verbosity::Verbose, "m\nd\nwarning: w\n"),
        ] {
            let options = Options {
                verbosity,
                ..Options::default()
            };
            let (output, results, messages) = Output::captured(options);
            output.message("m");
            output.detail("d");
            output.warning("w");
            output.result("r");
            assert_eq!(messages.text(), shown);
            assert_eq!(results.text(), "r\n");
        }
    }

    #[test]
    fn colours_are_taken_out_where_they_are_not_wanted() {
        for (color, shown) in [
            (Color::Never, "warning: w\n"),
            (Color::Always, "\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m w\n"),
        ] {
            let options = Options {
                color,
                ..Options::default()
            };
            let (output, _, messages) = Output::captured(options);
            output.warning("w");
            assert_eq!(messages.text(), shown);
        }
    }

    #[test]
    fn json_cannot_drive_a_terminal() {
        let value = serde_json::json!({"key": "\u{9b}31m\u{202e}\u{7f}\u{1b}"});
        let line = json_line(&value);
        assert_eq!(line, r#"{"key":"\u009b31m\u202e\u007f\u001b"}"#);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&line).ok(),
            Some(value)
        );
    }
}
