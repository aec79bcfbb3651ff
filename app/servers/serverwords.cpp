// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serverwords.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace nephele::words {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(nephele::ServerWords)
};

QString taskWord(const Server &server)
{
    switch (server.task) {
    case ServerTask::Starting:
        return Words::tr("Starting");
    case ServerTask::Stopping:
        return Words::tr("Stopping");
    case ServerTask::Rebooting:
    case ServerTask::HardRebooting:
        return Words::tr("Restarting");
    case ServerTask::Deleting:
        return Words::tr("Deleting");
    case ServerTask::None:
    case ServerTask::Building:
        break;
    }
    return {};
}

QString stateWord(ServerState state)
{
    switch (state) {
    case ServerState::Building:
        return Words::tr("Building");
    case ServerState::Running:
        return Words::tr("Running");
    case ServerState::Off:
        return Words::tr("Stopped");
    case ServerState::Paused:
        return Words::tr("Paused");
    case ServerState::Saved:
        return Words::tr("Suspended");
    case ServerState::Shelved:
    case ServerState::Offloaded:
        return Words::tr("Shelved");
    case ServerState::Resized:
        return Words::tr("Resized");
    case ServerState::Rescue:
        return Words::tr("Rescue");
    case ServerState::Failed:
        return Words::tr("Failed");
    case ServerState::Unknown:
        return Words::tr("Unknown");
    case ServerState::Deleted:
        return Words::tr("Deleted");
    }
    return {};
}

} // namespace

QString state(const Server &server)
{
    const QString task = taskWord(server);
    if (!task.isEmpty())
        return task;
    if (server.state == ServerState::Building && server.progress > 0)
        return Words::tr("Building %1 %").arg(QLocale().toString(server.progress));
    return stateWord(server.state);
}

Sign sign(const Server &server)
{
    if (server.task != ServerTask::None)
        return Sign::Busy;
    switch (server.state) {
    case ServerState::Building:
        return Sign::Busy;
    case ServerState::Running:
    case ServerState::Resized:
        return Sign::Running;
    case ServerState::Off:
    case ServerState::Deleted:
        return Sign::Stopped;
    case ServerState::Paused:
    case ServerState::Saved:
    case ServerState::Shelved:
    case ServerState::Offloaded:
        return Sign::Paused;
    case ServerState::Rescue:
        return Sign::Rescue;
    case ServerState::Failed:
        return Sign::Failed;
    case ServerState::Unknown:
        break;
    }
    return Sign::Unknown;
}

QString address(const Server &server)
{
    if (!server.accessAddress.isEmpty())
        return server.accessAddress;
    return server.addresses.isEmpty() ? QString() : server.addresses.constFirst().address.toString();
}

QString memory(int mebibytes)
{
    if (mebibytes >= 1024 && mebibytes % 1024 == 0)
        return Words::tr("%1 GB").arg(QLocale().toString(mebibytes / 1024));
    if (mebibytes >= 1024)
        return Words::tr("%1 GB").arg(QLocale().toString(mebibytes / 1024.0, 'f', 1));
    return Words::tr("%1 MB").arg(QLocale().toString(mebibytes));
}

QString sizes(const Flavor &flavor)
{
    const QLocale locale;
    return Words::tr("%1 vCPU, %2, %3 GB disk")
        .arg(locale.toString(flavor.vcpus), memory(flavor.memoryMiB), locale.toString(flavor.diskGiB));
}

QString flavor(const Flavor &flavor)
{
    if (flavor.name.isEmpty())
        return flavor.flavorId;
    //: A flavor's name and, in brackets, its sizes.
    return Words::tr("%1 (%2)").arg(flavor.name, sizes(flavor));
}

QString span(qint64 seconds)
{
    const QLocale locale;
    const qint64 minutes = qMax<qint64>(0, seconds) / 60;
    if (minutes < 60)
        return Words::tr("%1 min").arg(locale.toString(minutes));
    if (minutes < 48 * 60)
        return Words::tr("%1 h").arg(locale.toString(minutes / 60));
    return Words::tr("%1 days").arg(locale.toString(minutes / (24 * 60)));
}

QString searchText(const Server &server)
{
    QStringList parts { server.name, server.accessAddress, server.imageName };
    for (const ServerAddress &address : server.addresses)
        parts.append(address.address.toString());
    return parts.join(QLatin1Char('\n'));
}

bool isRunning(const Server &server)
{
    return server.state == ServerState::Running || server.state == ServerState::Rescue;
}

bool needsAttention(const Server &server)
{
    return server.state == ServerState::Failed || server.state == ServerState::Unknown;
}

QString reason(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Unauthenticated:
        return Words::tr("You are no longer signed in. Sign in again.");
    case ErrorCode::Busy:
        return Words::tr("Something else is being done to it. Wait for that to end.");
    case ErrorCode::Timeout:
        return Words::tr("The cloud does not answer in time. Try again.");
    case ErrorCode::TooManyRequests:
        return Words::tr("The cloud asks to wait a little. Try again later.");
    case ErrorCode::Internal:
        return Words::tr("Something went wrong inside the cloud. The details name the request for its log.");
    default:
        return error.message;
    }
}

QString failure(const QString &what, const Error &error)
{
    //: What could not be done (no full stop), and the reason as a sentence of its own.
    return Words::tr("%1. %2").arg(what, reason(error));
}

QString details(const Error &error)
{
    return error.detail.isEmpty() ? error.message : error.message + QStringLiteral("\n\n") + error.detail;
}

QString createCommand(const QString &name, const QString &image, const QString &flavor, const QString &key)
{
    const auto quoted = [](const QString &word) {
        static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9@%+=:,./_-]+$"));
        if (plain.match(word).hasMatch())
            return word;
        QString inside = word;
        return QLatin1Char('\'') + inside.replace(QLatin1Char('\''), QStringLiteral("'\\''"))
            + QLatin1Char('\'');
    };
    QString command =
        QStringLiteral("openstack server create --image %1 --flavor %2").arg(quoted(image), quoted(flavor));
    if (!key.isEmpty())
        command += QStringLiteral(" --key-name ") + quoted(key);
    return command + QLatin1Char(' ') + quoted(name);
}

bool canStart(const Server &server)
{
    return server.task == ServerTask::None
        && (server.state == ServerState::Off || server.state == ServerState::Paused
            || server.state == ServerState::Saved);
}

bool canStop(const Server &server)
{
    return server.task == ServerTask::None
        && (server.state == ServerState::Running || server.state == ServerState::Failed);
}

bool canRestart(const Server &server)
{
    return server.task == ServerTask::None && server.state == ServerState::Running;
}

bool hasScreen(const Server &server)
{
    return server.state == ServerState::Running || server.state == ServerState::Rescue
        || server.state == ServerState::Paused;
}

} // namespace nephele::words
