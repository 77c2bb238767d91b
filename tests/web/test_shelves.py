"""Room beside others, and the width of texts."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.web.shelves import Shelves, shortened, text_width, wrapped


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(1, 80)), max_size=60))
def test_what_stands_in_one_row_never_overlaps(wanted: list[tuple[float, float]]) -> None:
    shelves = Shelves(3)
    rows: list[list[tuple[float, float]]] = [[], [], []]
    for left, width in wanted:
        n = shelves.put(left, left + width)
        if n is not None:
            assert all(left + width <= start or left >= end for start, end in rows[n])
            rows[n].append((left, left + width))
    assert shelves.used == sum(1 for row in rows if row)


def test_chinese_is_as_wide_as_its_font_and_a_long_text_is_cut_to_its_room() -> None:
    assert text_width("專員", 10) == 20
    assert shortened("督導監聽專員", 10, 35) == "督導…"
    assert shortened("support", 10, 500) == "support"


def test_a_long_sentence_is_wrapped_at_words_and_chinese_anywhere() -> None:
    assert wrapped("one two three", 10, 60) == ["one two", "three"]
    assert wrapped("Customer", 10, 50) == ["Custo…"]  # and not after the m, though it is as wide as 中
    assert wrapped("customer-service_taipei", 10, 80) == ["customer-", "service_", "taipei"]
    assert all(len(line) <= 5 for line in wrapped("客戶等候後放棄而離開佇列", 10, 60))
    assert "".join(wrapped("客戶等候後放棄而離開佇列", 10, 60)) == "客戶等候後放棄而離開佇列"
