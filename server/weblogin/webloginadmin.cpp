// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/webloginadmin.h"

#include "model/base/clock.h"
#include "model/weblogin/feedbackstore.h"
#include "model/weblogin/onetimelinkstore.h"
#include "model/weblogin/signupstore.h"
#include "server/identity/accounts.h"
#include "server/weblogin/oauthservice.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 dayMs = qint64(24) * 3'600'000;
constexpr int mostInvitationDays = 365;

struct Session
{
    Database &database;
    const AdminTerminal &terminal;
};

Error misused(const QString &what)
{
    return invalid(what + u" See nephele admin --help."_s);
}

QString dayOf(qint64 ms)
{
    return QString::fromLatin1(isoSeconds(ms));
}

// An address of this cloud, as far as it is known.
QString addressOf(const Session &session, const QString &path)
{
    const QString base =
        session.terminal.baseUrl.isEmpty() ? u"https://YOUR-CLOUD"_s : session.terminal.baseUrl;
    return base + path;
}

Result<QString> addInvitation(Session &session, AdminArguments &arguments)
{
    const QString email = arguments.takeValue(u"--email"_s).value_or(QString());
    const QString daysText = arguments.takeValue(u"--days"_s).value_or(u"7"_s);
    bool isNumber = false;
    const int days = daysText.toInt(&isNumber);
    if (!isNumber || days < 1 || days > mostInvitationDays)
        return misused(u"--days must be a number from 1 to %1."_s.arg(mostInvitationDays));
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    const QString name = names->first();
    if (const auto wrong = Accounts::wrongName(u"The user's name"_s, name))
        return *wrong;
    const QByteArray key = newToken();
    Invitation invitation { InvitationId::create(), name, email, 0,
        session.database.clock().nowMs() + days * dayMs };
    const QString told =
        u"%1 makes the account by this link, once, until %2:\n%3\n"
        "The cloud has to run with --sign-up invitation or moderated.\n"_s.arg(name,
            dayOf(invitation.expiresAtMs),
            addressOf(session, u"/astakos/weblogin/signup?key="_s + QString::fromLatin1(key)));
    return session.database
        .write([=](Transaction &t) -> Result<QString> {
            const auto taken = UserStore::find(t, NameRef::byName(name));
            if (!taken)
                return taken.error();
            if (*taken)
                return conflict(u"There is a user named '%1' already."_s.arg(name));
            const auto added = InvitationStore::insert(t, invitation, sha256(key));
            return added ? Result<QString>(told) : Result<QString>(added.error());
        })
        .result();
}

Result<QString> listInvitations(Session &session)
{
    const auto all =
        session.database.read([](ReadTransaction &t) { return InvitationStore::invitations(t); });
    if (!all)
        return all.error();
    TextTable table({ u"ID"_s, u"NAME"_s, u"E-MAIL"_s, u"GOOD UNTIL"_s });
    for (const Invitation &one : *all)
        table.add({ one.id.text(), one.name, one.email, dayOf(one.expiresAtMs) });
    return table.text();
}

Result<QString> runInvitation(Session &session, const QString &verb, AdminArguments &arguments)
{
    if (verb == "add"_L1)
        return addInvitation(session, arguments);
    if (verb != "list"_L1 && verb != "remove"_L1)
        return misused(u"There is no command 'invitation %1'."_s.arg(verb));
    const bool isList = verb == "list"_L1;
    const auto words = arguments.takeRest(isList ? 0 : 1, isList ? 0 : 1);
    if (!words)
        return words.error();
    if (isList)
        return listInvitations(session);
    return session.database
        .write([id = InvitationId::stored(words->first())](Transaction &t) -> Result<QString> {
            const auto removed = InvitationStore::remove(t, id);
            return removed ? Result<QString>(u"The invitation is gone.\n"_s)
                           : Result<QString>(removed.error());
        })
        .result();
}

Result<QString> listSignUps(Session &session)
{
    const auto all = session.database.read([](ReadTransaction &t) { return SignUpStore::waiting(t); });
    if (!all)
        return all.error();
    TextTable table({ u"ID"_s, u"NAME"_s, u"E-MAIL"_s, u"REAL NAME"_s, u"SINCE"_s, u"NOTE"_s });
    for (const auto &[one, isTaken] : *all)
        table.add({ one.id.text(), one.name, one.email, one.realName, dayOf(one.createdAtMs),
            isTaken ? u"name is taken"_s : one.reason });
    return table.text();
}

// By its id, or by a name only one of those who wait has.
Result<SignUp> findSignUp(const ReadTransaction &t, const QString &text)
{
    const auto all = SignUpStore::waiting(t);
    if (!all)
        return all.error();
    QList<SignUp> fitting;
    for (const auto &[one, isTaken] : *all) {
        if (one.id.text() == text)
            return one;
        if (one.name.compare(text, Qt::CaseInsensitive) == 0)
            fitting.append(one);
    }
    if (fitting.isEmpty())
        return notFound(u"Nobody named '%1' waits for an account."_s.arg(text));
    if (fitting.size() > 1)
        return conflict(
            u"%1 people named '%2' wait for an account; give the id."_s.arg(fitting.size()).arg(text));
    return fitting.first();
}

Result<QString> decideSignUp(Session &session, const QString &text, bool isAccepted, const QString &name)
{
    return session.database
        .write([=](Transaction &t) -> Result<QString> {
            const auto waiting = findSignUp(t, text);
            if (!waiting)
                return waiting.error();
            if (const auto removed = SignUpStore::remove(t, waiting->id); !removed)
                return removed.error();
            if (!isAccepted)
                return u"%1 was rejected.\n"_s.arg(waiting->name);
            NewUser wanted;
            wanted.name = name.isEmpty() ? waiting->name : name;
            wanted.email = waiting->email;
            wanted.realName = waiting->realName;
            wanted.passwordHash = waiting->passwordHash;
            const auto user = Accounts::createUser(t, wanted, Role::Member);
            if (!user)
                return user.error();
            return u"User %1 was created: %2\n"_s.arg(user->name, user->id.text());
        })
        .result();
}

Result<QString> runSignUp(Session &session, const QString &verb, AdminArguments &arguments)
{
    const bool isList = verb == "list"_L1;
    const bool isAccepted = verb == "accept"_L1;
    if (!isList && !isAccepted && verb != "reject"_L1)
        return misused(u"There is no command 'signup %1'."_s.arg(verb));
    const QString name = isAccepted ? arguments.takeValue(u"--as"_s).value_or(QString()) : QString();
    const auto words = arguments.takeRest(isList ? 0 : 1, isList ? 0 : 1);
    if (!words)
        return words.error();
    return isList ? listSignUps(session) : decideSignUp(session, words->first(), isAccepted, name);
}

Result<QString> addClient(Session &session, AdminArguments &arguments)
{
    OAuthClient client;
    client.isTrusted = arguments.takeFlag(u"--trusted"_s);
    while (const auto uri = arguments.takeValue(u"--redirect"_s)) {
        if (const auto wrong = wrongRedirect(*uri))
            return *wrong;
        if (!client.redirects.contains(*uri))
            client.redirects.append(*uri);
    }
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    if (client.redirects.isEmpty() || client.redirects.size() > 100)
        return misused(u"A client needs 1 to 100 addresses: --redirect URI."_s);
    client.name = names->first();
    if (const auto wrong = Accounts::wrongName(u"The client's name"_s, client.name, 64))
        return *wrong;
    const QByteArray secret = newToken();
    client.secretHash = tokenHashText(secret);
    return session.database
        .write([client, secret](Transaction &t) -> Result<QString> {
            const auto added = OAuthStore::insertClient(t, client);
            if (!added)
                return added.error();
            return u"client_id: %1\nclient_secret: %2\nThe secret is not shown again.\n"_s.arg(
                client.name, QString::fromLatin1(secret));
        })
        .result();
}

Result<QString> listClients(Session &session)
{
    const auto all = session.database.read([](ReadTransaction &t) { return OAuthStore::clients(t); });
    if (!all)
        return all.error();
    TextTable table({ u"NAME"_s, u"TRUSTED"_s, u"REDIRECTS"_s });
    for (const OAuthClient &client : *all)
        table.add({ client.name, client.isTrusted ? u"yes"_s : u"no"_s, client.redirects.join(u' ') });
    return table.text();
}

Result<QString> runClient(Session &session, const QString &verb, AdminArguments &arguments)
{
    if (verb == "add"_L1)
        return addClient(session, arguments);
    if (verb != "list"_L1 && verb != "remove"_L1)
        return misused(u"There is no command 'oauth-client %1'."_s.arg(verb));
    const bool isList = verb == "list"_L1;
    const auto words = arguments.takeRest(isList ? 0 : 1, isList ? 0 : 1);
    if (!words)
        return words.error();
    if (isList)
        return listClients(session);
    return session.database
        .write([name = words->first()](Transaction &t) -> Result<QString> {
            const auto removed = OAuthStore::removeClient(t, name);
            return removed ? Result<QString>(u"Client %1 is gone.\n"_s.arg(name))
                           : Result<QString>(removed.error());
        })
        .result();
}

Result<QString> runFeedback(Session &session, const QString &verb, AdminArguments &arguments)
{
    if (verb != "list"_L1)
        return misused(u"There is no command 'feedback %1'."_s.arg(verb));
    const QString limitText = arguments.takeValue(u"--limit"_s).value_or(u"50"_s);
    bool isNumber = false;
    const int limit = limitText.toInt(&isNumber);
    if (!isNumber || limit < 1 || limit > FeedbackStore::mostKept)
        return misused(u"--limit must be a number from 1 to %1."_s.arg(FeedbackStore::mostKept));
    if (const auto rest = arguments.takeRest(0, 0); !rest)
        return rest.error();
    const auto said =
        session.database.read([limit](ReadTransaction &t) { return FeedbackStore::newest(t, {}, limit); });
    if (!said)
        return said.error();
    TextTable table({ u"NUMBER"_s, u"WHEN"_s, u"USER"_s, u"MESSAGE"_s, u"CLIENT"_s });
    for (const Feedback &one : *said)
        table.add({ one.number.text(), dayOf(one.createdAtMs), one.userName, one.message.simplified(),
            one.data.simplified() });
    return table.text();
}

} // namespace

QString webloginAdminHelp()
{
    return uR"(  user reset-link NAME                  a link by which NAME sets a new password, good once, for a day
  signup list
  signup accept ID|NAME [--as NAME]     lets somebody in who asked for an account
  signup reject ID|NAME
  invitation add NAME [--email ADDRESS] [--days N]  a link by which somebody makes the account NAME
  invitation list
  invitation remove ID
  oauth-client add NAME --redirect URI [--redirect URI ...] [--trusted]
  oauth-client list
  oauth-client remove NAME
  feedback list [--limit N]
)"_s;
}

Result<QString> makeResetLink(Database &database, const AdminTerminal &terminal, const QString &name)
{
    const QByteArray key = newToken();
    const qint64 expiresAtMs = database.clock().nowMs() + dayMs;
    const QString link =
        addressOf({ database, terminal }, u"/astakos/weblogin/reset?key="_s + QString::fromLatin1(key));
    return database
        .write([=](Transaction &t) -> Result<QString> {
            auto user = UserStore::find(t, NameRef::byDisplayName(name));
            if (user && !*user)
                user = UserStore::find(t, NameRef::byId(name));
            if (!user)
                return user.error();
            if (!*user)
                return notFound(u"There is no user '%1'."_s.arg(name));
            const auto added =
                ResetLinkStore::insert(t, sha256(key), (*user)->user.id, LinkOrigin::Admin, expiresAtMs);
            if (!added)
                return added.error();
            return u"%1 sets a new password by this link, once, until %2:\n%3\n"_s.arg(
                (*user)->user.name, dayOf(expiresAtMs), link);
        })
        .result();
}

std::optional<Result<QString>> runWebloginCommand(Database &database, const AdminTerminal &terminal,
    const QString &noun, const QString &verb, AdminArguments &arguments)
{
    Session session { database, terminal };
    if (noun == "signup"_L1)
        return runSignUp(session, verb, arguments);
    if (noun == "invitation"_L1)
        return runInvitation(session, verb, arguments);
    if (noun == "oauth-client"_L1)
        return runClient(session, verb, arguments);
    if (noun == "feedback"_L1)
        return runFeedback(session, verb, arguments);
    return std::nullopt;
}

} // namespace nephele
