//! What do the times in a report mean: moments with a zone, and spans of seconds?

/// Seconds since 1970 of `2024-01-09T07:50:12.664+00:00`, also with a space instead of the `T` or before the zone.
/// `None` without a zone: local time of an unknown place says nothing.
pub(super) fn unix_seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.trim().split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone_at)?;
    let days = days_since_1970(date)?;
    let seconds = clock_seconds(clock.trim_end())?;
    Some(days * 86_400 + seconds - offset_seconds(zone)?)
}

fn days_since_1970(date: &str) -> Option<i64> {
    crate::date::Date::parse(date).ok()?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // days-from-civil, Howard Hinnant's algorithm: the year begins in March
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn clock_seconds(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let mut part = |most: i64| {
        let digits = parts.next()?.split('.').next()?;
        digits
            .parse::<i64>()
            .ok()
            .filter(|value| (0..=most).contains(value))
    };
    Some(part(23)? * 3600 + part(59)? * 60 + part(60)?)
}

fn offset_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        minutes.parse::<i64>().ok()?
    };
    let hours = hours.parse::<i64>().ok()?;
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A span in seconds: `1.5`, `1,234.5` (thousands), `0,25` (a decimal comma), `00:00:51.97`. `None` where it is
/// negative, endless, or could mean two things (`1,234`).
pub(super) fn span_seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let seconds = if text.contains(':') {
        let mut total = 0.0;
        for part in text.split(':') {
            total = total * 60.0 + plain_number(part)?;
        }
        total
    } else {
        plain_number(&without_commas(text)?)?
    };
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}

fn plain_number(text: &str) -> Option<f64> {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+'));
    text.parse().ok().filter(|_| plain)
}

fn without_commas(text: &str) -> Option<String> {
    let commas = text.matches(',').count();
    if commas == 0 {
        return Some(text.to_owned());
    }
    if text.contains('.') || commas > 1 {
        return Some(text.replace(',', ""));
    }
    let decimals = text.split_once(',').map_or(0, |(_, decimals)| decimals.len());
    (decimals != 3).then(|| text.replace(',', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_a_zone() {
        let table = [
            ("2024-01-09T07:50:12.664+00:00", Some(1_704_786_612)),
            ("2024-01-09T07:50:12Z", Some(1_704_786_612)),
            ("2024-01-09 07:50:12Z", Some(1_704_786_612)),
            ("2024-01-09T02:50:12-05:00", Some(1_704_786_612)),
            ("2024-01-09T09:50:12.1234567+0200", Some(1_704_786_612)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T23:59:59Z", Some(951_868_799)),
            ("2024-01-09T07:50:12", None),
            ("2024-01-09", None),
            ("2023-02-29T00:00:00Z", None),
            ("2024-01-09T25:00:00Z", None),
            ("7.045", None),
            ("", None),
            ("2024-01-0ä", None),
        ];
        for (text, seconds) in table {
            assert_eq!(unix_seconds(text), seconds, "{text}");
        }
    }

    #[test]
    fn a_span_is_read_in_every_habit_and_never_guessed() {
        let table = [
            ("0.001", Some(0.001)),
            ("1,234.5", Some(1234.5)),
            ("1,234,567", Some(1_234_567.0)),
            ("0,25", Some(0.25)),
            ("1,234", None),
            ("00:00:51.5", Some(51.5)),
            ("01:00:00", Some(3600.0)),
            ("1e-3", Some(0.001)),
            ("-1", None),
            ("inf", None),
            ("NaN", None),
            ("", None),
        ];
        for (text, seconds) in table {
            assert_eq!(span_seconds(text), seconds, "{text}");
        }
    }
}
