//! The index of a pack, version 2: where in the pack each object is.

use crate::model::ObjectId;

/// An object in a pack.
pub(super) struct Indexed {
    pub id: ObjectId,
    pub offset: u64,
    /// CRC-32 of the object's bytes in the pack.
    pub checksum: u32,
}

const MAGIC: &[u8] = b"\xfftOc\0\0\0\x02";
/// Set in a short offset: the rest is a place in the table of long ones.
const IS_LONG: u32 = 0x8000_0000;

/// Writes the index of a pack that ends in `pack_trailer`.
pub(super) fn write(mut objects: Vec<Indexed>, pack_trailer: [u8; 20]) -> Vec<u8> {
    use sha1::Digest as _;
    objects.sort_by_key(|object| object.id);
    let mut data = MAGIC.to_vec();
    data.extend(fan_out(&objects));
    data.extend(objects.iter().flat_map(|object| *object.id.as_bytes()));
    data.extend(objects.iter().flat_map(|object| object.checksum.to_be_bytes()));
    data.extend(offsets(&objects));
    data.extend(pack_trailer);
    let checksum: [u8; 20] = sha1::Sha1::digest(&data).into();
    data.extend(checksum);
    data
}

/// For each first byte, how many objects have that or a smaller one.
fn fan_out(objects: &[Indexed]) -> Vec<u8> {
    let upto = |first: u8| objects.partition_point(|object| object.id.as_bytes()[0] <= first);
    // The pack's header has already refused more objects than 32 bits can count.
    let count = |first: u8| u32::try_from(upto(first)).unwrap_or(u32::MAX);
    (0..=u8::MAX).flat_map(|first| count(first).to_be_bytes()).collect()
}

/// Short offsets, then the long ones that do not fit into 31 bits.
fn offsets(objects: &[Indexed]) -> Vec<u8> {
    let mut short = Vec::with_capacity(objects.len() * 4);
    let mut long: Vec<u8> = Vec::new();
    let mut long_count = 0;
    for object in objects {
        let offset = u32::try_from(object.offset).ok().filter(|offset| offset & IS_LONG == 0);
        let word = offset.unwrap_or_else(|| {
            long.extend(object.offset.to_be_bytes());
            long_count += 1;
            IS_LONG | (long_count - 1)
        });
        short.extend(word.to_be_bytes());
    }
    short.extend(long);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_beyond_two_gigabytes_go_into_the_long_table() {
        let object = |offset: u64| Indexed { id: ObjectId::new([7; 20]), offset, checksum: 0 };
        let objects = [object(12), object(0x7fff_ffff), object(0x8000_0000), object(1 << 40)];
        let expected: Vec<u8> = [
            &12_u32.to_be_bytes()[..],
            &0x7fff_ffff_u32.to_be_bytes(),
            &0x8000_0000_u32.to_be_bytes(),
            &0x8000_0001_u32.to_be_bytes(),
            &0x8000_0000_u64.to_be_bytes(),
            &(1_u64 << 40).to_be_bytes(),
        ]
        .concat();
        assert_eq!(offsets(&objects), expected);
    }
}
