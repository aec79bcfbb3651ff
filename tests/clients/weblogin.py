#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in pages in headless Chromium, with scripts and without them, against a cloud of its own.

Run without arguments it starts that cloud by with-cloud and itself again inside. Beside the cloud it listens on a
port of loopback: the foreign page that a sign-in goes on to.
"""
import base64
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

HERE = os.path.dirname(os.path.abspath(__file__))


def start_cloud():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ["FOREIGN_PORT"] = str(port)
    options = ["--hypervisor", "test:///default", "--login-target", f"pithos,own,http://127.0.0.1:{port}/back"]
    os.execv(f"{HERE}/with-cloud", [f"{HERE}/with-cloud", *options, "--", os.path.abspath(__file__), "inside"])


class Foreign(http.server.BaseHTTPRequestHandler):
    """Another site: says hello to whoever comes."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>foreign</title>")

    def log_message(self, *words):
        pass


def admin(*words, stdin=""):
    command = [os.environ["NEPHELE_PROGRAM"], "admin", *words, "--data-dir", os.environ["DATA_DIR"], "--scrypt-cost", "4"]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout


def post(url, body, headers):
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as refused:
        return refused.code, None


class Walk:
    def __init__(self, base, foreign, scripts):
        self.base, self.foreign, self.scripts = base, foreign, scripts
        self.name = "ann-scripts" if scripts else "ann-plain"
        self.password = "first-password"
        admin("user", "create", self.name, "--password-stdin", stdin=self.password + "\n")
        self.profile = tempfile.mkdtemp(prefix="nephele-chromium-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     f"--user-data-dir={self.profile}"):
            options.add_argument(flag)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.browser = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.browser.set_page_load_timeout(30)

    def close(self):
        self.browser.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    # --- what a user does

    def open(self, path):
        self.browser.get(path if "://" in path else self.base + path)

    def field(self, name):
        return self.browser.find_element(By.ID, name)

    def fill(self, **fields):
        for name, value in fields.items():
            self.field(name).clear()
            self.field(name).send_keys(value)

    def press(self, words):
        """The button of these words; where there is none, the link."""
        page = self.browser.find_element(By.TAG_NAME, "html")
        found = (self.browser.find_elements(By.XPATH, f"//button[.='{words}']")
                 or self.browser.find_elements(By.LINK_TEXT, words))
        found[0].click()
        WebDriverWait(self.browser, 20).until(lambda _: self.is_gone(page))

    @staticmethod
    def is_gone(element):
        try:
            element.is_enabled()
            return False
        except Exception:  # the driver's words for it differ
            return True

    def sign_in(self, password=None):
        self.fill(name=self.name, password=password or self.password)
        self.press("Sign in")

    # --- what is seen

    def title(self):
        return self.browser.find_element(By.TAG_NAME, "h1").text

    def expect(self, seen, wanted, what):
        if seen != wanted:
            raise AssertionError(f"{what}: {seen!r} instead of {wanted!r}\n{self.browser.current_url}\n"
                                 f"{self.browser.find_element(By.TAG_NAME, 'body').text}")

    def expect_error(self, field, words):
        box = self.field(field)
        self.expect(box.get_attribute("aria-invalid"), "true", f"{field} is marked")
        told = self.browser.find_element(By.ID, box.get_attribute("aria-describedby"))
        self.expect(words in told.text, True, f"the words at {field} ({told.text})")
        self.expect(self.browser.switch_to.active_element.get_attribute("id"), field, "the focus")

    def is_token_good(self, token):
        status, _ = post(f"{self.base}/astakos/identity/v2.0/tokens", json.dumps({"auth": {"token": {"id": token}}}),
                         {"Content-Type": "application/json"})
        return status == 200

    # --- the steps

    def signs_in(self):
        self.open("/")
        self.browser.find_element(By.PARTIAL_LINK_TEXT, "Open your account").click()
        self.expect(self.title(), "Sign in", "the page behind the welcome page's link")
        for label in self.browser.find_elements(By.TAG_NAME, "label"):
            self.field(label.get_attribute("for"))  # every label names a field
        self.sign_in("wrong")
        self.expect_error("password", "The name or the password is wrong.")
        self.expect(self.field("name").get_attribute("value"), self.name, "the name stays")
        self.expect(self.field("password").get_attribute("value"), "", "the password does not")
        self.fill(password=self.password)
        self.press("Sign in")
        self.expect(self.title(), "Your account", "signed in")
        cookies = {cookie["name"]: cookie for cookie in self.browser.get_cookies()}
        session = cookies["nephele_session"]
        self.expect((session["httpOnly"], session["sameSite"], session["path"]), (True, "Lax", "/astakos"), "the cookie")

    def hands_tokens_only_where_they_may_go(self):
        self.open("/astakos/weblogin/login?next=https%3A%2F%2Fevil.example%2F")
        self.expect(self.browser.current_url.startswith(self.base), True, "the browser stays here")
        self.expect(self.title(), "That did not work", "a foreign next")
        self.browser.delete_all_cookies()
        # Through the form to another site: the policy of the form's page must let its redirects pass.
        self.open("/astakos/weblogin/login?next=" + urllib.parse.quote(self.foreign + "/back?mine=1", safe=""))
        self.sign_in()
        self.expect(self.browser.title, "foreign", "the page behind next")
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.browser.current_url).query)
        self.expect(sorted(query), ["token", "uuid"], "what next is told")
        self.expect(self.is_token_good(query["token"][0]), True, "its token")

    def shows_a_token_once(self):
        self.open("/astakos/weblogin/account")
        self.press("Make a new token")
        token = self.browser.find_element(By.ID, "token").text
        self.expect(self.is_token_good(token), True, "the token shown")
        self.press("Back to your account")
        self.expect(token in self.browser.page_source, False, "the token on the next page")
        self.browser.back()
        self.expect(token in self.browser.page_source, False, "the token after the back button")
        self.open("/astakos/weblogin/account")

    def changes_the_password(self):
        self.press("Change password")
        self.fill(original="wrong", password="second-password", again="second-password")
        self.press("Change password")
        self.expect_error("original", "not your password")
        self.fill(original=self.password, password="second-password", again="other")
        self.press("Change password")
        self.expect_error("again", "not the same")
        self.fill(original=self.password, password="second-password", again="second-password")
        self.press("Change password")
        self.expect(self.title(), "Your password is changed", "the change")
        self.open("/astakos/weblogin/account")
        self.expect(self.title(), "Your account", "still signed in")

    def signs_out(self):
        self.press("Sign out")
        self.press("Sign out")
        self.expect(self.title(), "You are signed out", "signing out")
        for _ in range(3):
            self.browser.back()
            self.expect("Your account" in self.browser.page_source, False, "the account after the back button")
        self.open("/astakos/weblogin/account")
        self.expect(self.title(), "Sign in", "the account after signing out")
        self.sign_in()
        self.expect_error("password", "wrong")
        self.password = "second-password"
        self.fill(password=self.password)
        self.press("Sign in")
        self.expect(self.title(), "Your account", "the new password")

    def asks_before_a_client_learns_who_he_is(self):
        said = admin("oauth-client", "add", "viewer-" + self.name, "--redirect", self.foreign + "/cb")
        secret = re.search(r"client_secret: (\S+)", said).group(1)
        query = urllib.parse.urlencode({"response_type": "code", "client_id": "viewer-" + self.name, "state": "s"})
        self.open("/astakos/oauth2/auth?" + query)
        self.press("Cancel")
        self.expect("error=access_denied" in self.browser.current_url, True, "a refusal")
        self.open("/astakos/oauth2/auth?" + query)
        self.press("Allow")
        told = urllib.parse.parse_qs(urllib.parse.urlsplit(self.browser.current_url).query)
        basic = base64.b64encode(f"viewer-{self.name}:{secret}".encode()).decode()
        status, given = post(f"{self.base}/astakos/oauth2/token",
                             urllib.parse.urlencode({"grant_type": "authorization_code", "code": told["code"][0]}),
                             {"Authorization": "Basic " + basic, "Content-Type": "application/x-www-form-urlencoded"})
        self.expect(status, 200, "the exchange of the code")
        with urllib.request.urlopen(f"{self.base}/astakos/identity/v2.0/tokens/{given['access_token']}") as reply:
            self.expect(json.load(reply)["access"]["user"]["name"], self.name, "whom the token tells")

    def sets_a_lost_password(self):
        link = re.search(r"http\S+", admin("user", "reset-link", self.name)).group(0)
        self.open(link)
        self.expect(self.field("name").get_attribute("value"), self.name, "whose password it is")
        self.fill(password="third-password", again="third-password")
        self.press("Set password")
        self.expect(self.title(), "Your password is changed", "a new password by a link")
        self.open(link)
        self.expect("not good any more" in self.browser.page_source, True, "the link a second time")
        self.password = "third-password"
        self.open("/astakos/weblogin/signin")
        self.sign_in()
        self.expect(self.title(), "Your account", "the password of the link")

    def run(self):
        for step in (self.signs_in, self.hands_tokens_only_where_they_may_go, self.shows_a_token_once,
                     self.changes_the_password, self.signs_out, self.asks_before_a_client_learns_who_he_is,
                     self.sets_a_lost_password):
            step()
            print(f"ok: {step.__name__} ({'with' if self.scripts else 'without'} scripts)", flush=True)


def main():
    if sys.argv[1:] != ["inside"]:
        start_cloud()
    with open(os.path.join(os.environ["DATA_DIR"], "endpoint.json"), encoding="utf-8") as file:
        base = json.load(file)["url"]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["FOREIGN_PORT"])), Foreign)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for scripts in (True, False):
        walk = Walk(base, f"http://127.0.0.1:{os.environ['FOREIGN_PORT']}", scripts)
        try:
            walk.run()
        finally:
            walk.close()
    server.shutdown()


if __name__ == "__main__":
    main()
