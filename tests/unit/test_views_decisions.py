"""Decisions in words: what is shown, what may leave, what stands on the slides."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.privacy import Purpose
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.decisions import Change, Decision, State
from ipsm_analytics.rakor.snapshot import LIVE
from ipsm_analytics.views.agenda.decisions import ROWS, new_decisions, old_decisions
from ipsm_analytics.views.agenda.parts import Asking, Grid, asking
from ipsm_analytics.views.decisions import (
    COLUMNS,
    LEAVING,
    SUMMARY,
    Board,
    Filter,
    Told,
    headline,
    past_changes,
    picture,
    properties,
    told,
)
from ipsm_analytics.views.i18n import Words
from tests.cubes import MARISO
from tests.decided import ALL_MONTHS, LATE, SEEN, decision, even_facts, facts, first_of, snapshot

ID, EN = Words("id"), Words("en")


def look(facts_: Facts, number: int = LIVE, purpose: Purpose = "layar", words: Words = ID) -> Asking:
    frozen = snapshot(number) if number == 1 else snapshot(number, ALL_MONTHS, LATE)
    return asking(facts_, frozen, words, "operator", purpose)


def tell(held: Decision, facts_: Facts | None = None, purpose: Purpose = "layar", words: Words = ID) -> Told:
    counted = facts_ or facts()
    return told(look(counted, purpose=purpose, words=words), lambda _: look(counted, 1, purpose, words), held)


def board(*held: Decision, facts_: Facts | None = None) -> Board:
    counted = facts_ or facts()
    return Board(
        look(counted),
        look(counted, purpose="ekspor"),
        lambda number: look(counted, number),
        lambda number: look(counted, number, "ekspor"),
        held,
    )


class TestTold:
    def test_every_cell(self):
        one = tell(decision(indicator="K01"))
        found = one.outcome.range
        assert found is not None
        cells = {name: one.cell(name) for name in LEAVING}
        assert cells == {
            "kode": "KP-1",
            "rakor": "RK-1",
            "isi": "Penjangkauan dua kali sepekan",
            "kantor": "Dinas Sosial, Bidang Rehabilitasi Sosial",
            "tenggat": "30 Jun 2026, lewat tenggat",
            "keadaan": "direncanakan",
            "indikator": "Kasus turun: Kec. Mariso",
            "perubahan": f"90 (Jan–Mar 2026), setara {found.carried:.0f} → 30 (Apr 2026)",
            "kisaran": f"{found.lower:.0f}–{found.upper:.0f}",
            "hasil": "○ dalam kisaran yang diharapkan tanpa keputusan",
            "bukti": "",
            "dipilih": "karena nilainya terburuk",
            "catatan": "",
        }

    def test_a_share_needs_no_equivalent(self):
        one = tell(decision(indicator="C06", direction="naik"), facts(40, 20))
        assert one.change == "50,0% (Jan–Mar 2026) → 50,0% (Apr 2026)"
        assert one.expected.count("%") == 2

    def test_without_an_indicator(self):
        one = tell(decision(indicator=""))
        assert (one.measure, one.change, one.expected) == ("– (Kec. Mariso)", "–", "–")
        assert one.verdict == "… belum dapat dinilai: tidak dikaitkan dengan indikator"
        assert picture(one) is None

    def test_beyond_and_contrary_have_their_signs(self):
        assert tell(decision(), facts(5)).verdict.startswith("✓ melebihi yang diharapkan tanpa keputusan")
        assert tell(decision(), facts(80)).verdict.startswith("✗ berlawanan")

    def test_what_comes_back_by_itself_is_told(self):
        one = tell(decision(), even_facts())
        found = one.outcome.range
        assert found is not None
        assert f"setara {ID.number(found.carried, 1)} pada masa kini" in one.warning
        assert f"sudah diharapkan {ID.number(found.mean, 1)} (kembali ke rata-rata)" in one.warning
        assert one.cell("akhir").splitlines()[-1] == "⚠ sebagian kembali ke rata-rata dengan sendirinya"

    def test_in_english(self):
        one = tell(decision(slice="KEMISKINAN"), words=EN)
        assert one.measure == "Laju to fall: Poverty, Kec. Mariso"
        assert one.due == "30 Jun 2026, overdue"
        assert one.verdict == "○ within what was expected without the decision"
        assert one.office == "Social Affairs Office, Social Rehabilitation"

    def test_numbers_carry_their_passports(self):
        one = tell(decision())
        assert one.before is not None
        assert one.now is not None
        assert passport.decode(one.before.passport).snapshot == 1
        assert passport.decode(one.now.passport).question.window == one.now.question.window

    def test_the_picture_has_one_scale(self):
        one = tell(decision(indicator="K01"))
        drawn = picture(one)
        assert drawn is not None
        assert [row.name for row in drawn.rows] == ["Bila nilai terakhir bertahan", "Diharapkan tanpa keputusan", "Kini"]
        assert drawn.rows[2].value == 30
        assert drawn.highest == max(row.upper for row in drawn.rows)

    def test_properties_leave_out_what_is_empty(self):
        labels = [label for label, _ in properties(tell(decision()))]
        assert "Bukti" not in labels
        assert "Hasil" in labels


class TestBoard:
    def test_open_decisions_come_first_by_due_day(self):
        held = [decision(), decision(state=State.DONE), decision()]
        days = [date(2026, 12, 1), date(2026, 1, 1), date(2026, 5, 1)]
        numbered = [
            Decision(place, replace(one.draft, due=day)) for place, (one, day) in enumerate(zip(held, days, strict=True), 1)
        ]
        assert [one.decision.number for one in board(*numbered).rows] == [3, 1, 2]

    def test_headline_counts_what_is_late_done_and_judged(self):
        held = (decision(), decision(state=State.DONE, direction="naik"), decision(indicator=""))
        assert board(*held, facts_=facts(5)).headline == (
            "3 keputusan: 1 selesai, 2 lewat tenggat. Dari 2 yang dapat dinilai: 1 melebihi yang diharapkan tanpa keputusan, "
            "0 dalam kisaran, 1 berlawanan."
        )

    def test_headline_where_nothing_can_be_said(self):
        assert board().headline == "Belum ada keputusan rakor yang dicatat."
        assert board(decision(indicator="")).headline.endswith("Belum ada yang dapat dinilai hasilnya.")

    @pytest.mark.parametrize(
        ("chosen", "count"),
        [
            (Filter(), 2),
            (Filter(state="selesai"), 1),
            (Filter(office="DINKES"), 0),
            (Filter(office="DINSOS-REHSOS"), 2),
            (Filter(district=MARISO), 2),
            (Filter(district="73.71.02"), 0),
            (Filter(state="selesai", district=MARISO), 1),
        ],
    )
    def test_filters(self, chosen: Filter, count: int):
        """A kelurahan belongs to its kecamatan."""
        held = board(decision(), decision(area=first_of(MARISO), state=State.DONE))
        assert len(held.matching(chosen)) == count

    def test_what_leaves_withholds_small_cells_and_what_rests_on_them(self):
        held = board(decision(indicator="K01"), facts_=facts(4))
        (seen,) = held.rows
        assert (seen.now.text if seen.now else "", seen.expected != "–") == ("4", True)
        (row,) = held.listing(held.rows).export().to_dict("records")
        assert row["Saat rakor → kini"] == "90 (Jan–Mar 2026) → disensor (Apr 2026)"
        assert (row["Kisaran tanpa keputusan"], row["Peringatan"]) == ("–", "")
        assert row["Hasil"] == "… belum dapat dinilai: angkanya terlalu kecil atau sensitif untuk ditampilkan"

    def test_tables_have_their_columns(self):
        held = board(decision())
        listing = held.listing(held.rows)
        assert len(listing.table.columns) == len(COLUMNS)
        assert len(listing.export().columns) == len(LEAVING)
        assert set(SUMMARY) <= set(COLUMNS)


def test_history_is_told_newest_first():
    when = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
    changes = [
        Change("catat", "ani", when, ()),
        Change(
            "ubah", "budi", when, (("due", "2026-12-31", "2027-01-31"), ("office", "DINKES", "DINSOS"), ("evidence", "", "SK"))
        ),
    ]
    assert past_changes(ID, changes) == [
        (
            "2026-11-24 10:05",
            "budi",
            "diubah",
            "\n".join(
                [
                    "Tenggat: 31 Des 2026 → 31 Jan 2027",
                    "Kantor penanggung jawab: Dinas Kesehatan → Dinas Sosial",
                    "Bukti (surat, kegiatan, tanggal): – → SK",
                ]
            ),
        ),
        ("2026-11-24 10:05", "ani", "dicatat", "–"),
    ]


class TestSlides:
    def old(self, *held: Decision, facts_: Facts | None = None, purpose: Purpose = "layar"):
        counted = facts_ or facts()
        return old_decisions(look(counted, 2, purpose), held, lambda number: look(counted, number, purpose))

    def test_old_ones_say_what_came_of_them(self):
        (slide,) = self.old(decision(), facts_=even_facts())
        assert isinstance(slide.figure, Grid)
        assert (slide.item, slide.figure.heads[0], len(slide.figure.rows)) == ("keputusan_lama", "Keputusan", 1)
        assert slide.figure.rows[0][:4] == (
            "KP-1 · Penjangkauan dua kali sepekan",
            "Dinas Sosial, Bidang Rehabilitasi Sosial",
            "30 Jun 2026, lewat tenggat; direncanakan",
            "Laju turun: Kec. Mariso",
        )
        assert slide.figure.rows[0][5].endswith("; ⚠ sebagian kembali ke rata-rata dengan sendirinya")
        assert slide.title == headline(ID, [tell(decision(), even_facts())])
        assert slide.bullets[0].startswith("KP-1: Wilayah ini dipilih karena terburuk")
        assert slide.bullets[-1] == "Kisaran hanya memisahkan perubahan dari kebetulan; ia tidak membuktikan sebabnya."
        assert [number.label for number in slide.numbers] == ["Kec. Mariso", "Kec. Mariso"]
        assert "K03 Orang dilaporkan per 10.000 penduduk" in slide.notes

    def test_those_of_this_meeting_and_of_later_ones_are_not_old(self):
        held = [decision(snapshot=number) for number in (1, 2, 3)]
        slide, *more = self.old(*[Decision(place, one.draft) for place, one in enumerate(held, 1)])
        assert isinstance(slide.figure, Grid)
        assert ([row[0][:4] for row in slide.figure.rows], more) == (["KP-1"], [])

    def test_many_take_several_slides(self):
        slides = self.old(*(Decision(number, decision(indicator="").draft) for number in range(1, ROWS + 2)))
        assert [len(slide.figure.rows) for slide in slides if isinstance(slide.figure, Grid)] == [ROWS, 1]
        assert len({slide.key for slide in slides}) == 2

    def test_none_yet(self):
        (slide,) = self.old()
        assert (slide.figure, slide.title) == (None, "Belum ada keputusan dari rakor sebelumnya.")

    def test_a_file_withholds_small_cells(self):
        (slide,) = self.old(decision(indicator="K01"), facts_=facts(4), purpose="ekspor")
        assert isinstance(slide.figure, Grid)
        assert slide.figure.rows[0][4] == "90 (Jan–Mar 2026) → disensor (Apr 2026)"
        assert slide.figure.rows[0][5] == "… belum dapat dinilai: angkanya terlalu kecil atau sensitif untuk ditampilkan"

    def test_new_ones_are_listed(self):
        (slide,) = new_decisions(look(facts(), 2), [decision(), Decision(2, decision(snapshot=2).draft)])
        assert isinstance(slide.figure, Grid)
        assert ([row[0][:4] for row in slide.figure.rows], slide.title) == (["KP-2"], "1 keputusan diambil pada rakor ini.")

    def test_an_empty_one_invites_to_note_them(self):
        (slide,) = new_decisions(look(facts(), 2), [decision()])
        assert (slide.item, slide.figure, len(slide.bullets)) == ("keputusan_baru", None, 2)
        assert "belum dicatat" in slide.title


def test_the_value_the_meeting_saw_is_that_of_the_meeting():
    """What came late for the months of the meeting moves the range, not the value that was seen."""
    then, now = facts(), even_facts()
    one = told(look(now), lambda _: look(then, 1), decision(indicator="K01"))
    assert one.before is not None
    assert (one.before.value, one.before.question.window) == (90, SEEN)
