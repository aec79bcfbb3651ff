// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/synccommand.h"

#include <QFile>
#include <QLocale>

#include <cstdio>
#include <termios.h>
#include <unistd.h>

namespace nephele {

namespace {

constexpr int exitEqual = 0;
constexpr int exitFailed = 1;
constexpr int exitConflicts = 3;
constexpr qsizetype longestPassword = 4096;

// A name chosen by others must not steer the terminal.
QString shown(QString name)
{
    for (QChar &sign : name) {
        if (sign.category() == QChar::Other_Control || sign.category() == QChar::Other_Format)
            sign = QChar(QChar::ReplacementCharacter);
    }
    return name;
}

QString verbOf(SyncStep step)
{
    switch (step) {
    case SyncStep::RenameLocal:
        return QStringLiteral("rename here");
    case SyncStep::MoveRemote:
        return QStringLiteral("rename there");
    case SyncStep::SetAsideLocal:
    case SyncStep::SetAsideRemote:
        return QStringLiteral("conflict");
    case SyncStep::RemoveLocal:
        return QStringLiteral("delete here");
    case SyncStep::RemoveRemote:
        return QStringLiteral("delete there");
    case SyncStep::MakeLocalFolder:
        return QStringLiteral("folder here");
    case SyncStep::MakeRemoteFolder:
        return QStringLiteral("folder there");
    case SyncStep::MarkLocal:
        return QStringLiteral("mode here");
    case SyncStep::MarkRemote:
        return QStringLiteral("mode there");
    case SyncStep::Download:
        return QStringLiteral("download");
    case SyncStep::Upload:
        return QStringLiteral("upload");
    case SyncStep::Nothing:
    case SyncStep::Refuse:
    case SyncStep::Learn:
    case SyncStep::Forget:
        break;
    }
    return QStringLiteral("refuse");
}

QString sizeText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes);
}

} // namespace

SyncCommand::SyncCommand(const SyncOptions &options, QObject *parent)
    : QObject(parent), m_options(options), m_sync(options.settings), m_out(stdout), m_err(stderr)
{
    connect(&m_sync, &FolderSync::happened, this, &SyncCommand::tell);
    connect(&m_sync, &FolderSync::finished, this, &SyncCommand::tellEnd);
    connect(&m_sync, &FolderSync::stopped, this, [this] { emit ended(m_status); });
}

void SyncCommand::start()
{
    m_sync.start(m_options.repeat);
}

void SyncCommand::stop()
{
    if (std::exchange(m_isStopping, true))
        return;
    m_err << QStringLiteral("Stopped; what was done is done, the next run goes on.") << Qt::endl;
    if (m_options.repeat == SyncRepeat::Once)
        m_status = exitFailed;
    m_sync.stop();
}

void SyncCommand::tell(const SyncEvent &event)
{
    if (m_isStopping)
        return;
    if (!event.problem.isEmpty()) {
        m_toldFailures.insert(event.name);
        m_err << QStringLiteral("nephele: %1 %2: %3")
                     .arg(verbOf(event.step), shown(event.name), shown(event.problem))
              << Qt::endl;
        return;
    }
    if (event.step == SyncStep::Learn || event.step == SyncStep::Forget)
        return;
    QString line = QStringLiteral("%1  %2").arg(verbOf(event.step), -12).arg(shown(event.name));
    if (!event.target.isEmpty())
        line += QStringLiteral(" -> ") + shown(event.target);
    if (event.step == SyncStep::Download || event.step == SyncStep::Upload)
        line += QStringLiteral(" (%1)").arg(sizeText(event.sizeBytes));
    m_out << line << Qt::endl;
}

void SyncCommand::tellEnd(const Result<SyncReport> &report)
{
    if (m_isStopping)
        return;
    if (!report) {
        m_err << QStringLiteral("nephele: ") << shown(report.error().message) << Qt::endl;
        if (!report.error().detail.isEmpty() && m_options.talk == SyncTalk::Verbose)
            m_err << QStringLiteral("  (") << shown(report.error().detail) << QLatin1Char(')') << Qt::endl;
        m_status = exitFailed;
    } else {
        tellReport(*report);
        m_status = !report->isEqual() ? exitFailed : report->conflicts > 0 ? exitConflicts : exitEqual;
    }
    if (m_options.repeat == SyncRepeat::Once)
        m_sync.stop();
}

// Those that were not told when they happened.
void SyncCommand::tellFailures(const SyncReport &report)
{
    for (auto it = report.failures.cbegin(); it != report.failures.cend(); ++it) {
        if (!m_toldFailures.contains(it.key()))
            m_err << QStringLiteral("nephele: not synced: %1: %2").arg(shown(it.key()), shown(it.value()))
                  << Qt::endl;
    }
    m_toldFailures.clear();
}

void SyncCommand::tellReport(const SyncReport &report)
{
    tellFailures(report);
    if (m_options.talk == SyncTalk::Verbose) {
        for (const QString &line : report.skipped)
            m_out << QStringLiteral("left alone    ") << shown(line) << Qt::endl;
    }
    // A watch is silent while nothing happens.
    if (m_options.repeat == SyncRepeat::Once || !report.done.isEmpty())
        m_out << summary(report) << Qt::endl;
}

QString SyncCommand::summary(const SyncReport &report) const
{
    const bool isDry = m_options.settings.mode == SyncMode::DryRun;
    QStringList parts;
    for (auto it = report.done.cbegin(); it != report.done.cend(); ++it) {
        if (it.value() > 0 && it.key() != SyncStep::SetAsideLocal && it.key() != SyncStep::SetAsideRemote)
            parts.append(QStringLiteral("%1 %2").arg(it.value()).arg(verbOf(it.key())));
    }
    const int conflicts = isDry
        ? report.done.value(SyncStep::SetAsideLocal) + report.done.value(SyncStep::SetAsideRemote)
        : report.conflicts;
    if (conflicts > 0)
        parts.append(QStringLiteral("%1 conflict").arg(conflicts));
    if (!report.failures.isEmpty())
        parts.append(QStringLiteral("%1 not synced").arg(report.failures.size()));
    QString text = parts.join(QStringLiteral(", "));
    if (m_options.talk == SyncTalk::Verbose && !isDry)
        text += QStringLiteral("%1%2 sent, %3 received")
                    .arg(text.isEmpty() ? QString() : QStringLiteral("; "), sizeText(report.sentBytes),
                        sizeText(report.receivedBytes));
    const QString state = isDry ? QStringLiteral("Would do")
        : report.isEqual()      ? QStringLiteral("Equal")
                                : QStringLiteral("Not equal");
    return text.isEmpty() ? (isDry ? QStringLiteral("Nothing to do.") : state + QLatin1Char('.'))
                          : QStringLiteral("%1: %2.").arg(state, text);
}

std::optional<QString> SyncCommand::askPassword(const QString &userName)
{
    QFile terminal(QStringLiteral("/dev/tty"));
    if (!terminal.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return std::nullopt;
    terminal.write(QStringLiteral("Password of %1: ").arg(shown(userName)).toLocal8Bit());
    termios before {};
    if (tcgetattr(terminal.handle(), &before) != 0)
        return std::nullopt;
    termios silent = before;
    silent.c_lflag &= ~tcflag_t(ECHO);
    tcsetattr(terminal.handle(), TCSAFLUSH, &silent);
    QByteArray line = terminal.readLine(longestPassword);
    tcsetattr(terminal.handle(), TCSAFLUSH, &before);
    terminal.write("\n");
    if (line.endsWith('\n'))
        line.chop(1);
    return QString::fromLocal8Bit(line);
}

} // namespace nephele
