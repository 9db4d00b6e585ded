//! PDFs written by hand for the tests.

use std::fmt::Write;

/// Puts objects together to a file; object numbers count from 1, the first is the catalogue.
pub fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        writeln!(end, "{place:010} 00000 n ").unwrap();
    }
    write!(
        end,
        "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    )
    .unwrap();
    file.extend(end.bytes());
    file
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

/// A file of that many pages that all share one sheet size and one content stream.
pub fn pages(count: usize, sheet: &str, content: &str) -> Vec<u8> {
    let kids: String = (0..count).fold(String::new(), |mut kids, page| {
        write!(kids, "{} 0 R ", page + 5).unwrap();
        kids
    });
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {count} /Kids [{kids}] /MediaBox [{sheet}] /Resources << /Font << /F 3 0 R >> >> >>")
            .into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        stream("", content.as_bytes()),
    ];
    objects.extend((0..count).map(|_| b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec()));
    pdf(&objects, "")
}

/// A page that is one image: `dictionary` describes it, `matrix` places it on a sheet of 72 × 36 points.
pub fn scan(dictionary: &str, data: &[u8], matrix: &str, page: &str) -> Vec<u8> {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 36] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> {page} >>").into_bytes(),
        stream("", format!("q {matrix} cm /I Do Q").as_bytes()),
        stream(&format!("/Type /XObject /Subtype /Image {dictionary}"), data),
    ];
    pdf(&objects, "")
}

/// A file that asks for a password (standard handler, 40 bits), with checks that no empty password passes.
pub fn locked() -> Vec<u8> {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 36] >>".to_vec(),
        format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>", "5a".repeat(32)).into_bytes(),
    ];
    pdf(
        &objects,
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )
}
