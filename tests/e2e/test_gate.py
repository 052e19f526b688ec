"""A blocking check stops the publication; what was served before still is."""

import shutil
from pathlib import Path

from tests.conftest import DATA, House, bare_environment


def copied(folder: Path) -> Path:
    shutil.copytree(DATA / "crm_opportunities", folder)
    return folder


def test_one_corrupt_value_keeps_the_earlier_publication_served(tmp_path: Path) -> None:
    data = copied(tmp_path / "data")
    house = House(tmp_path / "home", bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(data)})
    house.run("run", "--as-of", "2018-01-01")
    before = house.query("select version from observability.published_versions where is_current")

    deals = data / "deals" / "sales_pipeline.csv"
    text = deals.read_text()
    assert text.count("2017-03-01,1054,") == 1
    deals.write_text(text.replace("2017-03-01,1054,", "2017-03-01,-1054,"))

    blocked = house.run("run", "--as-of", "2018-01-01", "--json", expect=3)
    assert "raw_files.deals" in blocked.stderr
    assert "amount" in blocked.stderr
    assert "-1054" in blocked.stderr
    assert str(before[0][0]) in blocked.stderr
    assert '"published": false' in blocked.stdout
    assert house.query("select version from observability.published_versions where is_current") == before
    assert house.query("select count(*) from marts.fct_deals") == [(8800,)]

    deals.write_text(text)
    house.run("run", "--as-of", "2018-01-01")
    assert house.query("select version from observability.published_versions where is_current") != before
