// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace nephele {

// What the window knows of the cloud it shows: for the connection at the bottom of the side bar, its tool
// tip, and the Settings pane. Told by whoever talks to the cloud.
struct CloudStatus
{
    enum class Link { Connecting, Connected, Lost };
    enum class RunMode { Unknown, DesktopUser, SystemService, Root };
    enum class Acceleration { Unknown, Hardware, None };

    struct Host
    {
        QString name;
        bool answers = true;
        QString reason; // why it does not

        bool operator==(const Host &) const = default;
    };

    Link link = Link::Connecting;
    QString name; // "This computer", or the other machine's
    QString url;
    QString reason; // why the link is lost
    std::optional<int> latencyMs;
    bool isOwn = true; // runs inside this program
    bool listensBeyondLoopback = false;
    QString fingerprint; // of a self-signed certificate
    RunMode runMode = RunMode::Unknown;
    Acceleration acceleration = Acceleration::Unknown;
    bool pretendsMachines = false; // libvirt's test driver
    QList<Host> hosts;

    bool operator==(const CloudStatus &) const = default;
};

// Who is signed in, and where.
struct Account
{
    struct Project
    {
        QString id;
        QString name;

        bool operator==(const Project &) const = default;
    };

    QString userName;
    QString role; // as shown: "manager"
    Project project; // the current one
    QList<Project> projects; // all that can be switched to

    bool operator==(const Account &) const = default;
};

// How the connection reads in one or two words, in a sentence or two, and whether somebody should look.
struct ConnectionWords
{
    enum class Tone { Calm, Warning, Failed };

    QString shortText; // "This computer"
    QString right; // "2 ms", "pretend machines"
    QString details; // several lines
    QString warning; // the sentence for a notice; empty when all is well
    Tone tone = Tone::Calm;
};
ConnectionWords connectionWords(const CloudStatus &status);

// The same in full, for the Settings pane: name, value; what is not known has an empty value.
QList<std::pair<QString, QString>> cloudFacts(const CloudStatus &status);

// What closing the window does. The cloud goes on in the tray when others may be using it or work is running.
enum class Closing { Quit, StayInTray };
Closing closingOf(const CloudStatus &status, int runningTasks, bool hasTray);

} // namespace nephele
