// SPDX-License-Identifier: GPL-3.0-or-later
// The console of one server: noVNC on the WebSocket at this page's own address.

const state = document.getElementById("state");
const attention = document.getElementById("attention");
const address = new URL(location.href);
address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
address.hash = "";

let wasConnected = false;

function tell(text, isOver) {
    state.textContent = text;
    state.dataset.kind = isOver ? "over" : "";
}

function end(text) {
    attention.disabled = true;
    tell(text, true);
}

async function open() {
    if (!address.searchParams.get("ticket")) {
        end("This address lacks its ticket. Ask for the console again.");
        return;
    }
    let library;
    try {
        library = await import("./novnc/core/rfb.js");
    } catch {
        end("noVNC is not installed on the machine of this cloud.");
        return;
    }
    const screen = new library.default(document.getElementById("screen"), address.href);
    screen.scaleViewport = true;
    screen.background = "transparent";
    screen.addEventListener("connect", () => {
        wasConnected = true;
        attention.disabled = false;
        tell("Connected", false);
        screen.focus();
    });
    screen.addEventListener("disconnect", () => {
        end(wasConnected
            ? "The connection ended. Ask for the console again."
            : "This ticket is not good any more: each opens the console once. Ask for the console again.");
    });
    attention.addEventListener("click", () => {
        screen.sendCtrlAltDel();
        screen.focus();
    });
}

open();
