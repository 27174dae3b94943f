"""Every action works without JavaScript."""


def test_language_menus_and_a_draft_run(no_script):
    page = no_script.page
    page.get_by_role("button", name="FR").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("button", name="EN").click()
    no_script.click("Clients", exact=True)
    page.locator("tbody a").first.click()
    no_script.create("Statement")
    no_script.reads("Statement of account")

    no_script.click("Dunning runs", exact=True)
    no_script.click("New dunning run")
    no_script.click("Propose", "button")
    no_script.reads("past their due date")
    page.locator("details.menu summary", has_text="Actions").click()
    no_script.click("Discard this draft", "button")
    no_script.reads("discarded")
    no_script.click("Log out", "button")
    page.wait_for_url("**/login/")


def test_the_menu_is_there_on_a_narrow_screen(no_script):
    no_script.page.set_viewport_size({"width": 360, "height": 640})
    no_script.page.goto("/")
    no_script.click("Clients", exact=True)
    no_script.page.wait_for_url("**/clients/")
