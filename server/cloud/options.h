// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "server/identity/passwordrules.h"
#include "server/weblogin/weblogincontext.h"

#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <optional>

namespace nephele {

struct ListenAddress
{
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 5080; // 0 picks a free one

    // "ADDRESS:PORT" or "[IPV6]:PORT"; a name other than "localhost" is refused.
    static Result<ListenAddress> fromText(const QString &text);
    bool isLoopback() const { return address.isLoopback(); }
};

enum class RunMode { Window, Connect, Headless, Check, Admin, Sync };

// Everything the command line and the configuration file can say. Values, checked for form.
struct ProgramOptions
{
    RunMode mode = RunMode::Window;
    QString connectUrl; // RunMode::Connect
    QStringList adminArguments; // RunMode::Admin
    QStringList syncArguments; // RunMode::Sync; what they mean is app/sync's

    QString dataDir;
    ListenAddress listen;
    QString publicUrl; // empty: the request's own Host
    QStringList hostNames; // further names this cloud is reached by
    QString hypervisorUri; // empty: chosen at first start
    QString database; // empty: SQLite in the data dir
    QString blocks; // empty: a directory in the data dir
    QString tlsCertificate; // PEM files; empty: self-signed when needed
    QString tlsKey;
    int reserveMiB = 1024; // free space that uploads leave alone
    int workers = 0; // 0: one per core
    int scryptCost = 15; // log2 of N
    PasswordRules passwords;
    WebloginSettings weblogin;
    QString stopAt; // test builds: operation.step
    int collectMs = 0; // test builds: collects so often and keeps nothing unused; 0: as always

    QString databaseText() const; // what DatabaseAddress::fromText takes
};

// Reads the command line (without the program's name), then the file --config names for what the line left
// open. Invalid names the option and what is wrong with it. --help and --version are answered by the caller:
// then `information` holds what to print.
struct ParsedOptions
{
    ProgramOptions options;
    std::optional<QString> information;
};
Result<ParsedOptions> parseOptions(const QStringList &arguments);

// $XDG_DATA_HOME/nephele; /var/lib/nephele for root.
QString defaultDataDir();

} // namespace nephele
