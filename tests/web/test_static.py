"""Static files: complete under hashed names, free of anything a strict content policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

FILES = Path(settings.BASE_DIR) / "platform" / "web" / "static" / "halfhour"


@pytest.fixture
def collected(tmp_path: Path, settings) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "web.static_storage.HashedStaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_file_is_collected_under_a_hash_and_finds_the_others(collected: Path) -> None:
    base = next(collected.glob("halfhour/base.????????????.css")).read_text()
    assert re.search(
        r'@import url\("\.\./vendor/bootstrap/bootstrap\.min\.[0-9a-f]{12}\.css"\) layer\(bootstrap\)', base
    )
    for name in re.findall(r'url\("(fonts/[^"]+)"\)', base):
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", name) and (collected / "halfhour" / name).exists()
    assert all(sheet.stat().st_size for sheet in collected.glob("halfhour/*.css"))
    entry = next(collected.glob("halfhour/site.????????????.js")).read_text()
    for name in re.findall(r"from ['\"]\./([^'\"]+)['\"]", entry):
        assert re.search(r"\.[0-9a-f]{12}\.js$", name) and (collected / "halfhour" / name).exists()


def test_the_base_page_names_only_files_that_exist(collected: Path) -> None:
    templates = Path(settings.BASE_DIR) / "templates"
    named = re.findall(r'{% static "([^"]+)" %}', (templates / "base.html").read_text())
    for page in ("400.html", "500.html"):
        named += re.findall(r"{{ files }}([^\"]+)", (templates / page).read_text())
    assert named and not [name for name in named if not (collected / name).exists()]


def test_fonts_are_small_cover_peoples_names_and_carry_their_licence() -> None:
    fonts = sorted((FILES / "fonts").glob("*.woff2"))
    assert sum(font.stat().st_size for font in fonts) < 256_000
    assert {font.name.split("-latin")[0] for font in fonts} == {"hanken-grotesk", "literata"}
    for family in ("hanken-grotesk", "literata"):
        assert "SIL Open Font License" in (FILES / "fonts" / f"{family}-LICENSE.txt").read_text()
    base = (FILES / "base.css").read_text()
    assert base.count("@font-face") == base.count("unicode-range") == len(fonts)


@pytest.mark.parametrize("file", sorted(FILES.glob("*.[cj]s*")), ids=lambda file: file.name)
def test_nothing_needs_a_looser_content_policy(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert "url(data:" not in text and "http://" not in text and "https://" not in text
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\.", text)
