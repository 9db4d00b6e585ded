//! Files that nobody should send, made on the spot.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::write::{DeflateEncoder, ZlibEncoder};
use flate2::{Compression, Crc};

/// A PDF of these objects, numbered from 1, the first of them its catalogue.
fn pdf_of(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut text = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(text.len());
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let start = text.len();
    write!(text, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(text, "{place:010} 00000 n ").unwrap();
    }
    let size = objects.len() + 1;
    write!(text, "trailer << /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    text.into_bytes()
}

/// A PDF with so many pages, a line of text on each.
pub fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 5)).collect();
    let kids = kids.join(" ");
    let words = "BT /F1 24 Tf 72 700 Td (All human beings are born free and equal) Tj ET";
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{words}\nendstream", words.len()),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
                /Resources << /Font << /F1 3 0 R >> >> >>";
    objects.extend(std::iter::repeat_n(page.to_owned(), pages));
    pdf_of(&objects, "")
}

/// A PDF whose owner locked it: nobody here knows the password.
pub fn locked_pdf() -> Vec<u8> {
    let digits = |seed: u128| {
        format!("{:032x}{:032x}", seed.wrapping_mul(0x9e37_79b9), seed.wrapping_mul(0x94d0_49bb))
    };
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>".to_owned(),
        format!("<< /Filter /Standard /V 1 /R 2 /P -44 /O <{}> /U <{}> >>", digits(7), digits(11)),
    ];
    let id = digits(5);
    pdf_of(&objects, &format!("/Encrypt 4 0 R /ID [<{id}> <{id}>]"))
}

fn png_chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(data);
    out.extend(kind);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}

/// A black PNG of one bit a pixel.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([1, 0, 0, 0, 0]);
    png_chunk(&mut out, *b"IHDR", &head);
    let row = vec![0; 1 + usize::try_from(width.div_ceil(8)).unwrap()];
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    (0..height).for_each(|_| packed.write_all(&row).unwrap());
    png_chunk(&mut out, *b"IDAT", &packed.finish().unwrap());
    png_chunk(&mut out, *b"IEND", &[]);
    out
}

/// An entry of an archive.
pub struct Entry {
    pub name: String,
    pub unpacked: u32,
    pub crc: u32,
    /// Deflated already.
    pub packed: Vec<u8>,
}

impl Entry {
    pub fn of(name: &str, content: &[u8]) -> Self {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(content).unwrap();
        let mut crc = Crc::new();
        crc.update(content);
        let unpacked = u32::try_from(content.len()).unwrap();
        Self { name: name.to_owned(), unpacked, crc: crc.sum(), packed: packed.finish().unwrap() }
    }

    /// A picture, and after it zeros nearly without an end.
    pub fn zeros(name: &str, mebibytes: u32) -> Self {
        let (picture, zeros) = (png(8, 8), vec![0; 1 << 20]);
        let (mut packed, mut crc) = (DeflateEncoder::new(Vec::new(), Compression::fast()), Crc::new());
        for part in std::iter::once(&picture).chain(std::iter::repeat_n(&zeros, mebibytes as usize)) {
            packed.write_all(part).unwrap();
            crc.update(part);
        }
        let unpacked = (mebibytes << 20) + u32::try_from(picture.len()).unwrap();
        Self { name: name.to_owned(), unpacked, crc: crc.sum(), packed: packed.finish().unwrap() }
    }
}

/// What the directory says of one entry, and where its bytes are.
fn directory_line(entry: &Entry, name: &str, place: u32) -> Vec<u8> {
    let mut line = b"PK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00".to_vec();
    line.extend(entry.crc.to_le_bytes());
    line.extend(u32::try_from(entry.packed.len()).unwrap().to_le_bytes());
    line.extend(entry.unpacked.to_le_bytes());
    line.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    line.extend([0; 12]);
    line.extend(place.to_le_bytes());
    line.extend(name.as_bytes());
    line
}

/// A ZIP file; each entry stands in the directory under each of `names` of it, so that a small file can claim to
/// hold much.
fn zip_with(entries: &[Entry], names: &dyn Fn(&Entry) -> Vec<String>) -> Vec<u8> {
    let (mut out, mut directory, mut lines) = (Vec::new(), Vec::new(), 0_u16);
    for entry in entries {
        let place = u32::try_from(out.len()).unwrap();
        let all = names(entry);
        out.extend(b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00");
        out.extend(entry.crc.to_le_bytes());
        out.extend(u32::try_from(entry.packed.len()).unwrap().to_le_bytes());
        out.extend(entry.unpacked.to_le_bytes());
        out.extend(u16::try_from(entry.name.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.packed);
        for name in all {
            directory.extend(directory_line(entry, &name, place));
            lines += 1;
        }
    }
    let place = u32::try_from(out.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([lines.to_le_bytes(), lines.to_le_bytes()].concat());
    out.extend(length.to_le_bytes());
    out.extend(place.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A ZIP file of these entries.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with(entries, &|entry| vec![entry.name.clone()])
}

/// A small ZIP file that says it holds 900 pictures of 64 MiB each.
pub fn flat_bomb() -> Vec<u8> {
    let one = Entry::zeros("page-0001.png", 64);
    zip_with(&[one], &|_| (1..=900).map(|page| format!("page-{page:04}.png")).collect())
}

/// A ZIP file that holds pictures which unpack to far more than the directory admits.
pub fn lying_bomb() -> Vec<u8> {
    let mut one = Entry::zeros("page-0001.png", 128);
    one.unpacked = 1_000;
    zip(&[one])
}

/// A ZIP file of ZIP files of ZIP files, sixteen in each, of zeros.
pub fn nested_bomb() -> Vec<u8> {
    let mut inner = zip(&[Entry::zeros("page.png", 64)]);
    for _ in 0..4 {
        let entries: Vec<Entry> = (0..16).map(|number| Entry::of(&format!("{number}.zip"), &inner)).collect();
        inner = zip(&entries);
    }
    inner
}

/// A table of so many rows with an id, some words and a link.
pub fn table(rows: usize) -> String {
    let mut text = "id,text,link\n".to_owned();
    for row in 0..rows {
        writeln!(text, "r{row},Does sign {row} stand?,https://x.example/{row}").unwrap();
    }
    text
}

/// The same bytes, packed by gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
