// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/options.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QUrl>

#include <unistd.h>

namespace nephele {

namespace {

// One setting, wherever it is written: "--name VALUE", "--name=VALUE", or "name=VALUE" in the file.
struct Setting
{
    const char *name;
    const char *argument; // what the value is called in --help
    const char *help;
    Result<> (*read)(ProgramOptions &options, const QString &value);
};

Result<> readListen(ProgramOptions &options, const QString &value)
{
    const auto listen = ListenAddress::fromText(value);
    if (!listen)
        return listen.error();
    options.listen = *listen;
    return {};
}

Result<> readUrl(QString &into, const QString &value)
{
    const QUrl url(value, QUrl::StrictMode);
    const bool http = url.scheme() == QLatin1StringView("http") || url.scheme() == QLatin1StringView("https");
    if (!url.isValid() || !http || url.host().isEmpty() || url.hasQuery() || url.hasFragment())
        return invalid(QStringLiteral("must be an http or https address such as https://cloud.example:5080"));
    into = value;
    while (into.endsWith(QLatin1Char('/')))
        into.chop(1);
    return {};
}

Result<> readInteger(int &into, const QString &value, int least, int most)
{
    bool ok = false;
    const int number = value.toInt(&ok);
    if (!ok || number < least || number > most)
        return invalid(QStringLiteral("must be a number from %1 to %2").arg(least).arg(most));
    into = number;
    return {};
}

Result<> readSignUp(WebloginSettings &into, const QString &value)
{
    static const QHash<QString, SignUpPolicy> policies { { QStringLiteral("off"), SignUpPolicy::Off },
        { QStringLiteral("invitation"), SignUpPolicy::Invitation },
        { QStringLiteral("moderated"), SignUpPolicy::Moderated } };
    if (!policies.contains(value))
        return invalid(QStringLiteral("must be off, invitation or moderated"));
    into.signUp = policies.value(value);
    return {};
}

Result<> readLostPassword(WebloginSettings &into, const QString &value)
{
    if (value != QLatin1StringView("admin") && value != QLatin1StringView("log"))
        return invalid(QStringLiteral("must be admin or log"));
    into.lostPassword =
        value == QLatin1StringView("log") ? LostPasswordPolicy::Log : LostPasswordPolicy::Admin;
    return {};
}

Result<> readFlag(bool &into, const QString &value)
{
    if (value != QLatin1StringView("yes") && value != QLatin1StringView("no"))
        return invalid(QStringLiteral("must be yes or no"));
    into = value == QLatin1StringView("yes");
    return {};
}

Result<> readPattern(QString &into, const QString &value)
{
    const QRegularExpression pattern(value);
    if (!pattern.isValid())
        return invalid(QStringLiteral("is no regular expression: %1").arg(pattern.errorString()));
    into = value;
    return {};
}

const Setting settings[] = {
    { "data-dir", "DIR",
        "Where the cloud is kept (default: $XDG_DATA_HOME/nephele; /var/lib/nephele for root).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.dataDir = QDir::cleanPath(QDir::current().absoluteFilePath(v));
            return {};
        } },
    { "listen", "ADDRESS:PORT",
        "Where to serve (default 127.0.0.1:5080; port 0 picks a free one). Any address but loopback means "
        "TLS.",
        readListen },
    { "public-url", "URL", "Used in every address handed out; else the host the client asked for.",
        [](ProgramOptions &o, const QString &v) { return readUrl(o.publicUrl, v); } },
    { "host-name", "NAME[,NAME]", "Further names under which this cloud may be addressed.",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.hostNames = v.split(QLatin1Char(','), Qt::SkipEmptyParts);
            return {};
        } },
    { "hypervisor", "URI",
        "libvirt's address of the host, chosen once at first start: qemu:///system for root, else "
        "qemu:///session. "
        "test:///default makes pretend machines.",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.hypervisorUri = v;
            return {};
        } },
    { "database", "URL",
        "postgresql://[user@]host[:port]/name instead of SQLite in the data dir (no password in it).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.database = v;
            return {};
        } },
    { "blocks", "DIR", "The directory of the block store (default: blocks in the data dir).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            if (v.contains(QLatin1StringView("://")))
                return invalid(QStringLiteral("only a directory is supported in this version"));
            o.blocks = QDir::cleanPath(QDir::current().absoluteFilePath(v));
            return {};
        } },
    { "reserve", "MIB", "Free space on the disk of the block store that uploads leave alone (default 1024).",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.reserveMiB, v, 0, 1 << 20); } },
    { "tls-certificate", "FILE",
        "PEM certificate chain for addresses beyond loopback (default: self-signed).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.tlsCertificate = v;
            return {};
        } },
    { "tls-key", "FILE", "PEM private key of that certificate.",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.tlsKey = v;
            return {};
        } },
    { "workers", "N", "Threads that answer requests (default: one per core).",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.workers, v, 1, 64); } },
    { "scrypt-cost", "N", "log2 of the work of one password check (default 15; tests use less).",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.scryptCost, v, 4, 20); } },
    { "sign-up", "off|invitation|moderated",
        "How strangers get an account in the browser: not at all (default), by an invitation, or by asking.",
        [](ProgramOptions &o, const QString &v) { return readSignUp(o.weblogin, v); } },
    { "lost-password", "admin|log",
        "Who hands out links to a new password: the administrator (default), or also the cloud's log.",
        [](ProgramOptions &o, const QString &v) { return readLostPassword(o.weblogin, v); } },
    { "login-target", "TARGET[,TARGET]",
        "Where the sign-in page may send a token: schemes of programs, origins, \"own\" for this cloud's "
        "pages "
        "(default pithos,pithosdev,own).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            const auto targets = LoginTargets::fromTexts(v.split(QLatin1Char(','), Qt::SkipEmptyParts));
            if (!targets)
                return targets.error();
            o.weblogin.targets = *targets;
            return {};
        } },
    { "password-min-length", "N", "Characters a password has at least (default 0: any).",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.passwords.leastLength, v, 0, 256); } },
    { "password-regex", "PATTERN", "What a whole password must match (default: anything).",
        [](ProgramOptions &o, const QString &v) { return readPattern(o.passwords.pattern, v); } },
    { "password-regex-description", "TEXT", "That requirement in words, told to who breaks it.",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.passwords.patternHelp = v;
            return {};
        } },
    { "password-history", "N",
        "So many of a user's last passwords, the present one included, cannot be chosen again (default 0).",
        [](ProgramOptions &o, const QString &v) {
            return readInteger(o.passwords.formerRefused, v, 0, 24);
        } },
    { "password-expires-days", "N", "Days after which a password must be changed (default 0: never).",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.passwords.lifeDays, v, 0, 3650); } },
    { "password-min-age-days", "N", "Days before a user may change his password again (default 0).",
        [](ProgramOptions &o, const QString &v) {
            return readInteger(o.passwords.leastAgeDays, v, 0, 365);
        } },
    { "password-change-on-first-use", "yes|no",
        "A password an administrator set opens nothing but its own change (default no).",
        [](ProgramOptions &o, const QString &v) { return readFlag(o.passwords.mustChangeFirst, v); } },
    { "lockout-failures", "N",
        "Wrong passwords in a row that lock an account (default 0: none do; guessing is slowed down anyway).",
        [](ProgramOptions &o, const QString &v) {
            return readInteger(o.passwords.lockAfterFailures, v, 0, 1000);
        } },
    { "lockout-seconds", "N", "How long it stays locked (default 1800).",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            int seconds = 0;
            const auto read = readInteger(seconds, v, 1, 365 * 24 * 3600);
            o.passwords.lockMs = read ? seconds * qint64(1000) : o.passwords.lockMs;
            return read;
        } },
#ifdef NEPHELE_TEST_HOOKS
    { "test-stop-at", "STEP",
        "Test builds only: die just before (or, with .after, behind) a step of an operation.",
        [](ProgramOptions &o, const QString &v) -> Result<> {
            o.stopAt = v;
            return {};
        } },
    { "test-collect", "MS", "Test builds only: collect blocks so often, and keep nothing that is unused.",
        [](ProgramOptions &o, const QString &v) { return readInteger(o.collectMs, v, 1, 60'000); } },
#endif
};

const Setting *settingNamed(const QString &name)
{
    for (const Setting &setting : settings) {
        if (name == QLatin1StringView(setting.name))
            return &setting;
    }
    return nullptr;
}

QString helpText()
{
    QString text = QStringLiteral(
        "Nephele %1: a private cloud in one desktop program.\n\n"
        "Usage:\n"
        "  nephele [options]                the window with its own cloud inside\n"
        "  nephele --connect URL            the window on another machine's cloud\n"
        "  nephele --headless [options]     the cloud without a window\n"
        "  nephele --check [options]        look through database and blocks for damage\n"
        "  nephele admin ... [--data-dir DIR]\n"
        "                                   users, projects and quotas of the local cloud (admin --help)\n"
        "  nephele sync DIR URL [options]   a folder and a container kept equal (sync --help)\n\n"
        "Options:\n")
                       .arg(QStringLiteral(NEPHELE_VERSION));
    const auto line = [&text](const QString &option, const QString &help) {
        text += QStringLiteral("  %1 %2\n").arg(option, -30).arg(help);
    };
    for (const Setting &setting : settings)
        line(QStringLiteral("--%1 %2").arg(
                 QLatin1StringView(setting.name), QLatin1StringView(setting.argument)),
            QString::fromLatin1(setting.help));
    line(QStringLiteral("--config FILE"),
        QStringLiteral("The same settings as an INI file, one \"name=value\" a line;"
                       " the command line wins."));
    line(QStringLiteral("-h, --help"), QStringLiteral("This text."));
    line(QStringLiteral("--version"), QStringLiteral("The version."));
    text += QStringLiteral(
        "\nWhen the cloud is ready it writes endpoint.json and admin-openrc into its data directory;\n"
        "`source DIR/admin-openrc` and OpenStack's and Synnefo's clients work with nothing else to set.\n");
    return text;
}

Result<> apply(const Setting &setting, ProgramOptions &options, const QString &value)
{
    const auto done = setting.read(options, value);
    if (!done)
        return invalid(QStringLiteral("--%1: %2").arg(QLatin1StringView(setting.name), done.error().message));
    return {};
}

// What the command line left open.
Result<> readFile(const QString &file, const QStringList &given, ProgramOptions &options)
{
    if (!QFileInfo(file).isReadable())
        return invalid(QStringLiteral("--config: %1 cannot be read.").arg(file));
    const QSettings ini(file, QSettings::IniFormat);
    if (ini.status() != QSettings::NoError)
        return invalid(QStringLiteral("--config: %1 is not an INI file.").arg(file));
    for (const QString &key : ini.allKeys()) {
        const Setting *setting = settingNamed(key);
        if (!setting)
            return invalid(QStringLiteral("--config: %1 has an unknown setting '%2'.").arg(file, key));
        if (given.contains(key))
            continue;
        // QSettings splits at commas.
        if (const auto done = apply(*setting, options, ini.value(key).toStringList().join(QLatin1Char(',')));
            !done)
            return done.error();
    }
    return {};
}

Result<> finish(ProgramOptions &options)
{
    if (options.dataDir.isEmpty())
        options.dataDir = defaultDataDir();
    if (options.blocks.isEmpty())
        options.blocks = options.dataDir + QStringLiteral("/blocks");
    if (options.tlsCertificate.isEmpty() != options.tlsKey.isEmpty())
        return invalid(QStringLiteral("--tls-certificate and --tls-key belong together."));
    return {};
}

} // namespace

Result<ListenAddress> ListenAddress::fromText(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    QString host = text.left(colon);
    bool ok = false;
    const int port = text.mid(colon + 1).toInt(&ok);
    if (colon < 0 || !ok || port < 0 || port > 65535)
        return invalid(QStringLiteral("must be ADDRESS:PORT, such as 127.0.0.1:5080"));
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.sliced(1, host.size() - 2);
    ListenAddress listen;
    listen.port = quint16(port);
    listen.address =
        host == QLatin1StringView("localhost") ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(host);
    if (listen.address.isNull())
        return invalid(QStringLiteral("'%1' is not an address of this machine").arg(host));
    return listen;
}

QString ProgramOptions::databaseText() const
{
    return database.isEmpty() ? dataDir + QStringLiteral("/cloud.db") : database;
}

QString defaultDataDir()
{
    if (geteuid() == 0)
        return QStringLiteral("/var/lib/nephele");
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/nephele");
}

Result<ParsedOptions> parseOptions(const QStringList &arguments)
{
    ParsedOptions parsed;
    ProgramOptions &options = parsed.options;
    QStringList given;
    QString configFile;
    if (arguments.value(0) == QLatin1StringView("sync")) {
        options.mode = RunMode::Sync;
        options.syncArguments = arguments.mid(1);
        return parsed;
    }
    const bool isAdmin = arguments.value(0) == QLatin1StringView("admin");
    if (isAdmin)
        options.mode = RunMode::Admin;
    for (qsizetype i = isAdmin ? 1 : 0; i < arguments.size(); ++i) {
        const QString &argument = arguments.at(i);
        const QString name = argument.section(QLatin1Char('='), 0, 0);
        const Setting *setting =
            name.startsWith(QLatin1StringView("--")) ? settingNamed(name.mid(2)) : nullptr;
        const bool wantsValue =
            setting || name == QLatin1StringView("--config") || name == QLatin1StringView("--connect");
        // An admin command has words of its own; of ours it takes the data dir and the database.
        if (isAdmin
            && !(setting
                && (name == QLatin1StringView("--data-dir") || name == QLatin1StringView("--database")
                    || name == QLatin1StringView("--scrypt-cost")))) {
            options.adminArguments.append(argument);
            continue;
        }
        QString value;
        if (wantsValue) {
            if (argument.contains(QLatin1Char('=')))
                value = argument.section(QLatin1Char('='), 1);
            else if (++i < arguments.size())
                value = arguments.at(i);
            if (value.isEmpty())
                return invalid(QStringLiteral("%1 needs a value.").arg(name));
        }
        if (setting) {
            given.append(name.mid(2));
            if (const auto done = apply(*setting, options, value); !done)
                return done.error();
        } else if (name == QLatin1StringView("--config")) {
            configFile = value;
        } else if (name == QLatin1StringView("--connect")) {
            options.mode = RunMode::Connect;
            if (const auto done = readUrl(options.connectUrl, value); !done)
                return done.error().within(name);
        } else if (argument == QLatin1StringView("--headless")) {
            options.mode = RunMode::Headless;
        } else if (argument == QLatin1StringView("--check")) {
            options.mode = RunMode::Check;
        } else if (argument == QLatin1StringView("--help") || argument == QLatin1StringView("-h")) {
            parsed.information = helpText();
        } else if (argument == QLatin1StringView("--version")) {
            parsed.information = QStringLiteral("nephele %1\n").arg(QStringLiteral(NEPHELE_VERSION));
        } else {
            return invalid(QStringLiteral("Unknown option '%1'; see --help.").arg(argument));
        }
    }
    if (!configFile.isEmpty()) {
        if (const auto read = readFile(configFile, given, options); !read)
            return read.error();
    }
    if (const auto finished = finish(options); !finished)
        return finished.error();
    return parsed;
}

} // namespace nephele
