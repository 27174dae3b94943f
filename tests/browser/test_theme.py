"""Light and dark as the person's system says."""

import pytest


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_theme_follows_the_system(desk, scheme):
    desk.page.emulate_media(color_scheme=scheme)
    desk.page.wait_for_function(
        "scheme => document.documentElement.dataset.bsTheme === scheme", arg=scheme
    )
