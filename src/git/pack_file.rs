//! A pack file while it is written. Objects are stored whole; `git gc` finds deltas later.

use super::GitError;
use super::durable::{io_error, sync_directory};
use super::keep::Keep;
use super::pack_index::{self, Indexed};
use crate::model::{Failpoint, ObjectId};
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use git2::ObjectType;
use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The start of the names of unfinished files; `git prune` and the janitor know it.
pub(super) const TEMPORARY_PREFIX: &str = "tmp_git-store-";

const HEADER_LENGTH: usize = 12;

/// A pack of which nothing is visible before [`PackFile::finish`], and of which nothing
/// stays when it is dropped before.
pub(super) struct PackFile {
    directory: PathBuf,
    /// Made with the first object: an empty pack writes nothing.
    output: Option<BufWriter<NamedTempFile>>,
    /// Where the next object goes.
    end: u64,
    objects: HashMap<ObjectId, Place>,
    /// Whether an object was written in part, after which nothing can follow.
    is_broken: bool,
}

#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    checksum: u32,
}

impl PackFile {
    pub(super) fn new(directory: PathBuf) -> Self {
        let end = HEADER_LENGTH as u64;
        Self { directory, output: None, end, objects: HashMap::new(), is_broken: false }
    }

    pub(super) fn contains(&self, id: ObjectId) -> bool {
        self.objects.contains_key(&id)
    }

    /// Adds an object that is not yet in the pack.
    pub(super) fn add(
        &mut self,
        kind: ObjectType,
        id: ObjectId,
        content: &[u8],
    ) -> Result<(), GitError> {
        self.refuse_broken()?;
        let added = self.append(kind, id, content);
        self.is_broken = added.is_err();
        added.map_err(io_error(self.context()))
    }

    fn append(&mut self, kind: ObjectType, id: ObjectId, content: &[u8]) -> io::Result<()> {
        let output = match &mut self.output {
            Some(output) => output,
            empty => empty.insert(begin(&self.directory)?),
        };
        let mut entry = Measured { inner: output, checksum: Crc::new(), length: 0 };
        entry.write_all(&entry_header(kind, content.len()))?;
        let mut zlib = ZlibEncoder::new(&mut entry, Compression::fast());
        zlib.write_all(content)?;
        zlib.finish()?;
        let place = Place { offset: self.end, checksum: entry.checksum.sum() };
        self.end += entry.length;
        self.objects.insert(id, place);
        Ok(())
    }

    /// The content of an object that was added to this pack.
    pub(super) fn read(&mut self, id: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
        let context = self.context();
        let (Some(place), Some(output)) = (self.objects.get(&id), &mut self.output) else {
            return Ok(None);
        };
        read_entry(output, place.offset).map(Some).map_err(io_error(context))
    }

    /// Makes the pack visible. The content is flushed before the names, the index's name
    /// comes last: git takes no notice of a pack without an index.
    /// Until the result is dropped, no `git gc` removes it for want of a ref.
    pub(super) fn finish(mut self) -> Result<Option<Keep>, GitError> {
        self.refuse_broken()?;
        let context = self.context();
        let published = self.output.take().map(|output| self.publish(output));
        published.transpose().map_err(io_error(context))
    }

    fn publish(&self, mut output: BufWriter<NamedTempFile>) -> io::Result<Keep> {
        output.flush()?;
        let mut pack = output.into_inner().map_err(io::IntoInnerError::into_error)?;
        let trailer = self.seal(pack.as_file_mut())?;
        let mut index = temporary(&self.directory, ".idx")?;
        index.write_all(&pack_index::write(self.indexed(), trailer))?;
        let mode = fs::metadata(&self.directory)?.permissions().mode() & 0o444;
        for file in [&pack, &index] {
            file.as_file().set_permissions(Permissions::from_mode(mode))?;
            file.as_file().sync_all()?;
        }
        Failpoint::PackFlushed.reach();
        let path = self.directory.join(format!("pack-{}", hex::encode(trailer)));
        let keep = Keep::beside(&path)?;
        Failpoint::PackKept.reach();
        persist(pack, &path.with_extension("pack"))?;
        Failpoint::PackNamed.reach();
        persist(index, &path.with_extension("idx"))?;
        Failpoint::IndexNamed.reach();
        sync_directory(&self.directory)?;
        Ok(keep)
    }

    /// Writes the number of objects and the checksum of it all.
    fn seal(&self, file: &mut File) -> io::Result<[u8; 20]> {
        use sha1::Digest as _;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header(self.objects.len())?)?;
        file.seek(SeekFrom::Start(0))?;
        let mut hasher = sha1::Sha1::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = file.read(&mut buffer)?;
            if length == 0 {
                break;
            }
            hasher.update(&buffer[..length]);
        }
        let trailer: [u8; 20] = hasher.finalize().into();
        file.write_all(&trailer)?;
        Ok(trailer)
    }

    fn indexed(&self) -> Vec<Indexed> {
        let entry = |(id, place): (&ObjectId, &Place)| Indexed {
            id: *id,
            offset: place.offset,
            checksum: place.checksum,
        };
        self.objects.iter().map(entry).collect()
    }

    fn refuse_broken(&self) -> Result<(), GitError> {
        if !self.is_broken {
            return Ok(());
        }
        let earlier = io::Error::other("an earlier object was not written whole");
        Err(io_error(self.context())(earlier))
    }

    fn context(&self) -> String {
        format!("writing a pack into {}", self.directory.display())
    }
}

fn begin(directory: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    fs::create_dir_all(directory)?;
    let mut output = BufWriter::with_capacity(1 << 16, temporary(directory, ".pack")?);
    output.write_all(&header(0)?)?;
    Ok(output)
}

/// A file that is removed when it is dropped. Its name tells which process it belongs to.
pub(super) fn temporary(directory: &Path, suffix: &str) -> io::Result<NamedTempFile> {
    let prefix = format!("{TEMPORARY_PREFIX}{}-", std::process::id());
    tempfile::Builder::new().prefix(&prefix).suffix(suffix).tempfile_in(directory)
}

fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn header(count: usize) -> io::Result<[u8; HEADER_LENGTH]> {
    let count = u32::try_from(count).map_err(|_| io::Error::other("too many objects"))?;
    let mut header = *b"PACK\0\0\0\x02\0\0\0\0";
    header[8..].copy_from_slice(&count.to_be_bytes());
    Ok(header)
}

/// Kind and size: four bits of the size beside the kind, then seven in a byte.
fn entry_header(kind: ObjectType, size: usize) -> Vec<u8> {
    let kind: u8 = match kind {
        ObjectType::Commit => 1,
        ObjectType::Tree => 2,
        ObjectType::Tag => 4,
        _ => 3,
    };
    let low = |bits: usize, mask: u8| bits.to_le_bytes()[0] & mask;
    let mut header = vec![kind << 4 | low(size, 0x0f)];
    let mut rest = size >> 4;
    while rest > 0 {
        if let Some(last) = header.last_mut() {
            *last |= 0x80;
        }
        header.push(low(rest, 0x7f));
        rest >>= 7;
    }
    header
}

fn read_entry(output: &mut BufWriter<NamedTempFile>, offset: u64) -> io::Result<Vec<u8>> {
    output.flush()?;
    let file = output.get_mut().as_file_mut();
    file.seek(SeekFrom::Start(offset))?;
    let mut input = BufReader::new(&mut *file);
    let mut byte = [0x80];
    while byte[0] & 0x80 != 0 {
        input.read_exact(&mut byte)?;
    }
    let mut content = Vec::new();
    ZlibDecoder::new(input).read_to_end(&mut content)?;
    file.seek(SeekFrom::End(0))?;
    Ok(content)
}

/// Counts and checksums what goes through.
struct Measured<'a, W> {
    inner: &'a mut W,
    checksum: Crc,
    length: u64,
}

impl<W: Write> Write for Measured<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.inner.write(bytes)?;
        self.checksum.update(&bytes[..length]);
        self.length += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
