// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/cloudstatus.h"

#include <QCoreApplication>
#include <QStringList>

namespace nephele {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(CloudStatus)
};

QString runModeText(CloudStatus::RunMode mode)
{
    switch (mode) {
    case CloudStatus::RunMode::Unknown:
        break;
    case CloudStatus::RunMode::DesktopUser:
        return Words::tr("Runs as you: no private networks, routers or public addresses");
    case CloudStatus::RunMode::SystemService:
        return Words::tr("Runs as a system service");
    case CloudStatus::RunMode::Root:
        return Words::tr("Runs as root");
    }
    return {};
}

QString accelerationText(CloudStatus::Acceleration acceleration)
{
    switch (acceleration) {
    case CloudStatus::Acceleration::Unknown:
        break;
    case CloudStatus::Acceleration::Hardware:
        return Words::tr("Servers run with hardware acceleration (KVM)");
    case CloudStatus::Acceleration::None:
        return Words::tr("No hardware acceleration: servers are emulated and slow");
    }
    return {};
}

QString addressText(const CloudStatus &status)
{
    if (!status.latencyMs)
        return status.url;
    return Words::tr("%1, answers in %2 ms").arg(status.url).arg(*status.latencyMs);
}

// The first thing that somebody should know, the gravest first.
QString warningText(const CloudStatus &status)
{
    if (status.link == CloudStatus::Link::Lost)
        return Words::tr("%1 does not answer. %2").arg(status.name, status.reason).trimmed();
    for (const CloudStatus::Host &host : status.hosts) {
        if (!host.answers)
            return Words::tr("The hypervisor %1 does not answer, so the state of its servers is not "
                             "known. %2")
                .arg(host.name, host.reason)
                .trimmed();
    }
    if (status.pretendsMachines)
        return Words::tr("This cloud has pretend machines: servers are made and shown, but nothing runs "
                         "in them.");
    return {};
}

} // namespace

ConnectionWords connectionWords(const CloudStatus &status)
{
    using Tone = ConnectionWords::Tone;
    ConnectionWords words;
    words.shortText = status.name;
    words.warning = warningText(status);
    QStringList lines;
    switch (status.link) {
    case CloudStatus::Link::Connecting:
        words.right = Words::tr("connecting");
        lines.append(Words::tr("Connecting to %1").arg(status.url));
        break;
    case CloudStatus::Link::Lost:
        words.right = Words::tr("no answer");
        words.tone = Tone::Failed;
        lines.append(Words::tr("%1 does not answer").arg(status.url));
        lines.append(status.reason);
        break;
    case CloudStatus::Link::Connected:
        words.right = status.pretendsMachines ? Words::tr("pretend")
            : status.latencyMs                ? Words::tr("%1 ms").arg(*status.latencyMs)
                                              : QString();
        words.tone = words.warning.isEmpty() ? Tone::Calm : Tone::Warning;
        lines.append(status.isOwn ? Words::tr("Connected to the cloud in this program")
                                  : Words::tr("Connected to %1").arg(status.name));
        lines.append(addressText(status));
        lines.append(runModeText(status.runMode));
        lines.append(accelerationText(status.acceleration));
        lines.append(words.warning);
        break;
    }
    lines.removeAll(QString());
    words.details = lines.join(QLatin1Char('\n'));
    return words;
}

QList<std::pair<QString, QString>> cloudFacts(const CloudStatus &status)
{
    QStringList hosts;
    for (const CloudStatus::Host &host : status.hosts)
        hosts.append(host.answers ? host.name : Words::tr("%1 does not answer").arg(host.name));
    return {
        { Words::tr("Name"), status.name },
        { Words::tr("Address"), addressText(status) },
        { Words::tr("Reached by"),
            status.url.isEmpty()               ? QString()
                : status.listensBeyondLoopback ? Words::tr("This computer and others")
                                               : Words::tr("This computer only") },
        { Words::tr("Certificate"), status.fingerprint },
        { Words::tr("Rights"), runModeText(status.runMode) },
        { Words::tr("Machines"),
            status.pretendsMachines ? Words::tr("Pretend machines: nothing runs in them")
                                    : accelerationText(status.acceleration) },
        { Words::tr("Hypervisors"), hosts.join(QStringLiteral(", ")) },
    };
}

Closing closingOf(const CloudStatus &status, int runningTasks, bool hasTray)
{
    if (!hasTray || !status.isOwn)
        return Closing::Quit;
    return status.listensBeyondLoopback || runningTasks > 0 ? Closing::StayInTray : Closing::Quit;
}

} // namespace nephele
