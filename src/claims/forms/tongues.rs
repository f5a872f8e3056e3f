//! What does a sentence in another language than English say was done?
//!
//! Names of files, code and numbers are the same in every language; a few words around them tell the rest. That is too
//! little grammar to hold anything against an author: such a claim may be supported and is never refuted.

use super::{Draft, Found};
use crate::{
    claims::{
        anchors,
        modality::Reading,
        tokens::{Kind, Token},
        verbs::Deed,
    },
    evidence::claims::{Counts, Form},
};

/// Why such a claim accuses nobody.
const MILD: &str = "only a few words of its language are read";

/// Words of languages that put spaces between them: Spanish, Portuguese, French, German.
#[rustfmt::skip]
const SPACED: &[(Deed, &[&str])] = &[
    (Deed::Make, &[
        "añadido", "añadida", "añade", "añadí", "agregado", "agregada", "agrega", "agregué", "creado", "creada",
        "adicionado", "adicionada", "adiciona", "adicionei", "criado", "criada", "criei", "ajouté", "ajoutée", "ajoute",
        "ajout", "créé", "créée", "hinzugefügt", "ergänzt", "erstellt", "angelegt", "füge",
    ]),
    (Deed::Edit, &[
        "actualizado", "actualizada", "actualiza", "actualicé", "modificado", "modificada", "modifica", "cambiado",
        "refactorizado", "atualizado", "atualizada", "atualiza", "atualizei", "alterado", "alterada", "refatorado",
        "modifié", "modifiée", "modifie", "mis", "mise", "aktualisiert", "geändert", "angepasst", "überarbeitet",
    ]),
    (Deed::Remove, &[
        "eliminado", "eliminada", "elimina", "eliminé", "borrado", "borrada", "removido", "removida", "removi",
        "excluído", "supprimé", "supprimée", "supprime", "retiré", "gelöscht", "entfernt",
    ]),
];

/// Pieces of words of languages that join them, or bend them much: Chinese, Japanese, Korean, Russian.
#[rustfmt::skip]
const JOINED: &[(Deed, &[&str])] = &[
    (Deed::Make, &["新增", "添加", "增加", "创建", "新建", "追加", "作成", "추가", "생성", "добавл", "добавил", "создан", "создал"]),
    (Deed::Edit, &["更新", "修改", "调整", "重构", "変更", "修正", "수정", "변경", "업데이트", "обновл", "обновил", "изменен", "изменён", "изменил"]),
    (Deed::Remove, &["删除", "移除", "削除", "삭제", "제거", "удален", "удалён", "удалил"]),
];

/// Words that deny, plan or ask.
#[rustfmt::skip]
const NOT: &[&str] = &[
    "no", "sin", "nunca", "será", "debe", "não", "sem", "deve", "ne", "pas", "sans", "sera", "doit", "nicht", "kein",
    "keine", "keinen", "ohne", "wird", "werden", "soll", "muss", "не", "нет", "без", "будет", "нужно", "ni", "nem",
    "si", "se", "wenn", "falls", "если",
];

/// Pieces that deny, plan or ask.
const NOT_JOINED: &[&str] = &[
    "不",
    "没",
    "未",
    "无",
    "将",
    "需",
    "如果",
    "应",
    "ない",
    "ません",
    "せず",
    "なし",
    "予定",
    "べき",
    "않",
    "없",
    "안 ",
    "예정",
    "하지",
];

/// Words in front of a name that make it the place where something was done.
const PLACES: &[&str] = &[
    "en", "a", "al", "em", "no", "na", "ao", "à", "dans", "au", "in", "zu", "von", "aus", "de", "do", "da",
    "du", "в", "из", "к",
];

/// The same in front, joined.
const PLACES_BEFORE: &[&str] = &["在", "向", "给", "为", "从"];

/// Particles behind a name that do the same.
const PLACES_BEHIND: &[&str] = &["に", "から", "で", "へ", "の", "에", "의", "中", "里", "的"];

/// Words for tests.
const TESTS: &[&str] = &["测试", "テスト", "테스트", "тест", "prueba", "teste", "test"];

/// Words for passing, but for English, which is read elsewhere.
const PASSED: &[&str] = &[
    "通过",
    "成功",
    "パス",
    "合格",
    "통과",
    "пройден",
    "прошл",
    "проход",
    "pasan",
    "pasaron",
    "pasado",
    "passam",
    "passaram",
    "passent",
    "passés",
    "réussi",
    "bestanden",
    "erfolgreich",
    "grün",
];

/// Words for all of them.
const ALL: &[&str] = &[
    "所有",
    "全部",
    "すべて",
    "全て",
    "全",
    "모든",
    "все",
    "todas",
    "todos",
    "tous",
    "toutes",
    "alle",
];

/// The claims of a clause in another language, as far as names and numbers carry them.
///
/// # Errors
/// None: what is not read is no claim.
pub fn read(reading: &Reading<'_>) -> Found {
    let tokens = &reading.clause.tokens;
    if is_denied(tokens) {
        return Ok(Vec::new());
    }
    if let Some(result) = result(tokens) {
        return Ok(vec![result]);
    }
    let named = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.kind == Kind::Code);
    let mut drafts = Vec::new();
    for (at, token) in named {
        let Some(deed) = deed(tokens, at) else { continue };
        drafts.extend(draft(tokens, at, token, deed));
    }
    Ok(drafts)
}

fn is_denied(tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|token| token.kind == Kind::Word);
    words
        .into_iter()
        .any(|token| token.is_one_of(NOT) || token.lower.starts_with("n'") || holds(token, NOT_JOINED))
}

fn holds(token: &Token, pieces: &[&str]) -> bool {
    token.kind == Kind::Word && pieces.iter().any(|piece| token.lower.contains(piece))
}

/// How far from a name the word that tells what was done to it may stand.
const NEAR: usize = 4;

/// What was done near a name: the nearest word that tells, in front or behind.
fn deed(tokens: &[Token], at: usize) -> Option<Deed> {
    let told = |token: &Token| {
        let spaced = SPACED.iter().find(|(_, words)| token.is_one_of(words));
        let known = spaced.or_else(|| JOINED.iter().find(|(_, pieces)| holds(token, pieces)));
        known.map(|(deed, _)| *deed)
    };
    let near = |token: &(usize, &Token)| token.0.abs_diff(at) <= NEAR;
    let mut words: Vec<(usize, &Token)> = tokens.iter().enumerate().filter(near).collect();
    words.sort_by_key(|(place, _)| place.abs_diff(at));
    words.into_iter().find_map(|(_, token)| told(token))
}

/// Whether something was done in or to a name, and not it made or taken away.
fn is_place(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let behind = tokens.get(at + 1);
    let before_it = before.is_some_and(|token| {
        token.is_one_of(PLACES) || PLACES_BEFORE.iter().any(|piece| token.text.ends_with(piece))
    });
    before_it || behind.is_some_and(|token| PLACES_BEHIND.iter().any(|piece| token.text.starts_with(piece)))
}

fn draft(tokens: &[Token], at: usize, token: &Token, deed: Deed) -> Vec<Draft> {
    let place = is_place(tokens, at);
    if let Some(path) = anchors::path(token) {
        let form = match deed {
            Deed::Make if !place => Form::FileCreated,
            Deed::Remove if !place => Form::FileDeleted,
            Deed::Make
            | Deed::Edit
            | Deed::Remove
            | Deed::Rename
            | Deed::Mend
            | Deed::Replace
            | Deed::Set
            | Deed::Turn => Form::FileEdited,
        };
        let one = |path: &String| Draft::new(form).about(path.clone()).mild(Some(MILD));
        return path.paths.iter().map(one).collect();
    }
    let form = match deed {
        Deed::Make => Form::SymbolAdded,
        Deed::Remove => Form::SymbolRemoved,
        Deed::Edit | Deed::Rename | Deed::Mend | Deed::Replace | Deed::Set | Deed::Turn => return Vec::new(),
    };
    let name = anchors::symbol(token).filter(|name| anchors::is_code_shaped(name) && !place);
    name.map(|name| Draft::new(form).about(name).mild(Some(MILD)))
        .into_iter()
        .collect()
}

/// "14/14 tests", "所有测试通过": how many passed, or that all did.
fn result(tokens: &[Token]) -> Option<Draft> {
    let any = |pieces: &[&str]| tokens.iter().any(|token| holds(token, pieces));
    if !any(TESTS) || !any(PASSED) {
        return None;
    }
    let numbers: Vec<u64> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .flat_map(numbers)
        .collect();
    let draft = match numbers.as_slice() {
        [] if any(ALL) => return Some(Draft::new(Form::AllPass).mild(Some(MILD))),
        [passed] => Some(*passed),
        [passed, all] if passed == all => Some(*passed),
        _ => None,
    };
    draft.map(|passed| {
        let mut draft = Draft::new(Form::CountPass).mild(Some(MILD));
        draft.count = Counts {
            passed: Some(passed),
            ..Counts::default()
        };
        draft
    })
}

fn numbers(token: &Token) -> Vec<u64> {
    let parts = token.text.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use crate::{
        claims::{plain, prose},
        evidence::claims::document::Document,
    };

    fn told(text: &str) -> Vec<String> {
        let document = Document::text("m", text);
        let told = prose::read(&document, &prose::Templates::default());
        let claims = prose::claims(&document, 0, &told);
        assert!(claims.iter().all(|claim| claim.mild().is_some()), "{text}");
        claims.iter().map(plain::said).collect()
    }

    #[test]
    fn names_and_numbers_are_read_in_many_languages() {
        for (text, said) in [
            ("新增 `src/a.rs` 用于重试", "file-created src/a.rs"),
            ("在 `src/a.rs` 中添加了重试逻辑", "file-edited src/a.rs"),
            ("`src/a.rs` を追加しました", "file-created src/a.rs"),
            ("`src/a.rs` に再試行を追加", "file-edited src/a.rs"),
            ("`src/a.rs` 파일을 삭제했습니다", "file-deleted src/a.rs"),
            ("Se añadió", ""),
            ("Añadido `src/a.rs` con la política", "file-created src/a.rs"),
            ("Modifié `src/a.rs`", "file-edited src/a.rs"),
            ("`src/a.rs` gelöscht", "file-deleted src/a.rs"),
            ("Atualizado `src/a.rs`", "file-edited src/a.rs"),
            ("Добавлен класс `RetryPolicy`", "symbol-added RetryPolicy"),
            ("14/14 тестов пройдено", "count-pass 14 passed"),
            ("所有测试通过", "all-pass"),
            ("テスト 14 件がすべて成功", "count-pass 14 passed"),
        ] {
            assert_eq!(told(text).join("; "), said, "{text}");
        }
    }

    #[test]
    fn what_is_denied_or_planned_is_no_claim_in_any_language() {
        for text in [
            "没有添加 `src/a.rs`",
            "`src/a.rs` は変更していません",
            "`src/a.rs` wird später hinzugefügt",
            "`src/a.rs` wurde nicht geändert",
            "No se ha modificado `src/a.rs`",
            "`src/a.rs` n'est pas modifié",
            "Файл `src/a.rs` не изменён",
            "`src/a.rs` 는 수정하지 않았습니다",
        ] {
            assert!(told(text).is_empty(), "{text}: {:?}", told(text));
        }
    }
}
