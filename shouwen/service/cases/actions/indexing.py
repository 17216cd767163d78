"""The search index of a case, written with the change that made its words."""

from __future__ import annotations

from shouwen.service.cases.models import Case, CaseTerm, Category
from shouwen.service.cases.rules import terms


def _category_names(category: Category | None) -> list[str]:
    names: list[str] = []
    while category is not None:
        names += (category.name_zh, category.name_en)
        category = category.parent
    return names


def index(case: Case) -> None:
    """Write the terms of a case that has none yet."""
    words = terms.case_terms(case.title, case.number, *_category_names(case.category))
    CaseTerm.objects.bulk_create(
        CaseTerm(institution_id=case.institution_id, term=term, case=case) for term in words
    )


def index_again(case: Case) -> None:
    """Replace the terms after title or category changed."""
    CaseTerm.objects.filter(institution_id=case.institution_id, case=case).delete()
    index(case)
