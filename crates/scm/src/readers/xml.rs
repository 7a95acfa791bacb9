//! The few texts we need from the XML that object stores answer with.

use callboard_kit::url_reader::ReadError;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::HashMap;

/// Elements of one listing page; no store sends more.
const MAX_ELEMENTS: usize = 100_000;

/// The texts of all elements with a name, in order.
pub(crate) fn texts(body: &[u8], name: &str) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    walk(body, |element, text| {
        if element == name {
            found.push(text);
        }
    })?;
    Ok(found)
}

/// The leaf texts of every element with a name: one map for each.
pub(crate) fn records(body: &[u8], name: &str) -> Result<Vec<HashMap<String, String>>, ReadError> {
    let mut found = Vec::new();
    let mut current: HashMap<String, String> = HashMap::new();
    walk(body, |element, text| {
        if element == name {
            found.push(std::mem::take(&mut current));
        } else {
            current.insert(element.to_owned(), text);
        }
    })?;
    Ok(found)
}

/// Calls back at the end of each element with its name and the text directly in it.
fn walk(body: &[u8], mut at_end: impl FnMut(&str, String)) -> Result<(), ReadError> {
    let broken = |reason: String| ReadError::Failed(format!("the store answered broken XML: {reason}"));
    let mut reader = Reader::from_reader(body);
    let mut text = String::new();
    for _ in 0..MAX_ELEMENTS {
        match reader.read_event().map_err(|error| broken(error.to_string()))? {
            Event::Start(_) => text.clear(),
            Event::Text(piece) => text.push_str(&piece.decode().map_err(|error| broken(error.to_string()))?),
            Event::GeneralRef(entity) => {
                let name = entity.decode().map_err(|error| broken(error.to_string()))?;
                let character = match entity.resolve_char_ref().map_err(|error| broken(error.to_string()))? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)
                        .ok_or_else(|| broken(format!("the entity {name} is unknown")))?
                        .to_owned(),
                };
                text.push_str(&character);
            }
            Event::End(end) => {
                let name = String::from_utf8_lossy(end.local_name().as_ref()).into_owned();
                at_end(&name, std::mem::take(&mut text));
            }
            Event::Empty(empty) => {
                let name = String::from_utf8_lossy(empty.local_name().as_ref()).into_owned();
                at_end(&name, String::new());
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
    Err(broken(format!("it has more than {MAX_ELEMENTS} elements")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_hold_the_leaves_and_entities_are_decoded() {
        let body = b"<R><Key>outside</Key><C><Key>a&amp;b&#x2F;c</Key><ETag>&quot;1&quot;</ETag></C><C><Key>d</Key></C></R>";
        let records = records(body, "C").unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0]["Key"], "a&b/c");
        assert_eq!(records[0]["ETag"], "\"1\"");
        assert_eq!(records[1]["Key"], "d");
        assert_eq!(texts(body, "Key").unwrap(), ["outside", "a&b/c", "d"]);
    }

    #[test]
    fn an_entity_declared_by_the_document_is_refused() {
        let body = b"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>";
        assert!(texts(body, "x").is_err());
    }
}
