// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/signupservice.h"

#include "model/base/whendone.h"
#include "server/identity/accounts.h"

#include <QLoggingCategory>

namespace nephele {

namespace {

Q_LOGGING_CATEGORY(signUpLog, "nephele.weblogin")

constexpr int longestText = 255;
constexpr int longestReason = 2000;
constexpr qint64 loggedLinkLifeMs = 3'600'000;

Error goneInvitation()
{
    return notFound(QStringLiteral("This invitation is not good any more. Ask for a new one."));
}

Error goneLink()
{
    return notFound(QStringLiteral("This link is not good any more. Ask for a new one."));
}

// Null where it is there and good; `gone` else.
template <class T>
Result<T> orGone(const Result<std::optional<T>> &found, const Error &gone)
{
    if (!found)
        return found.error();
    return *found ? Result<T>(**found) : Result<T>(gone);
}

std::optional<Error> wrongWish(const SignUp &wanted, const QString &password, const PasswordRules &rules)
{
    if (const auto wrong = SignUpService::wrongName(wanted.name))
        return wrong;
    if (wanted.email.size() > longestText || wanted.realName.size() > longestText
        || wanted.reason.size() > longestReason)
        return invalid(QStringLiteral("One of the texts is too long."));
    return wrongPassword(password, wanted.name, rules);
}

} // namespace

SignUpService::SignUpService(WebloginContext &context, WebloginService &weblogin, QObject *parent)
    : QObject(parent), m_context(context), m_weblogin(weblogin), m_database(context.database())
{
}

PasswordKeeping SignUpService::keeping(const User &user) const
{
    return m_weblogin.passwordRules().keeping(user, PasswordRules::ChosenBy::User, m_context.nowMs());
}

std::optional<Error> SignUpService::wrongName(const QString &name)
{
    return Accounts::wrongName(QStringLiteral("The user name"), name);
}

Result<> SignUpService::countAsking(const QString &what, const QHostAddress &peer)
{
    SignInThrottle &throttle = m_context.identity().throttle();
    const auto key = SignInThrottle::keyFor(what, peer);
    if (auto admitted = throttle.admit(key); !admitted) {
        Error error = admitted.error();
        error.message =
            QStringLiteral("That was asked too often. Try again in %1 s.").arg(error.retryAfterSeconds);
        return error;
    }
    throttle.settle(key, SignInThrottle::Outcome::Failed);
    return {};
}

Result<Invitation> SignUpService::invitation(const QString &key)
{
    const QByteArray hash = sha256(key.toUtf8());
    return orGone(m_database.read(
                      [&](ReadTransaction &t) { return InvitationStore::find(t, hash, m_context.nowMs()); }),
        goneInvitation());
}

Result<User> SignUpService::ownerOfLink(const QString &key)
{
    const QByteArray hash = sha256(key.toUtf8());
    return orGone(
        m_database.read([&](ReadTransaction &t) { return ResetLinkStore::find(t, hash, m_context.nowMs()); }),
        goneLink());
}

QFuture<Result<OpenedSession>> SignUpService::acceptInvitation(
    const QString &key, const QString &realName, const QString &password)
{
    const auto invited = invitation(key);
    if (!invited)
        return readyFailure<OpenedSession>(invited.error());
    if (const auto wrong = wrongPassword(password, invited->name, m_weblogin.passwordRules()))
        return readyFailure<OpenedSession>(*wrong);
    return thenIn(m_context.identity().passwords().hash(password), this,
        [this, key, realName](const Result<QString> &hash) -> QFuture<Result<OpenedSession>> {
            if (!hash)
                return readyFailure<OpenedSession>(hash.error());
            return m_database.write(
                [=, this, hash = *hash, nowMs = m_context.nowMs()](Transaction &t) -> Result<OpenedSession> {
                    const auto good =
                        orGone(InvitationStore::find(t, sha256(key.toUtf8()), nowMs), goneInvitation());
                    if (!good)
                        return good.error();
                    NewUser wanted;
                    wanted.name = good->name;
                    wanted.email = good->email;
                    wanted.realName = realName.left(longestText);
                    wanted.passwordHash = hash;
                    const auto user = Accounts::createUser(t, wanted, Role::Member);
                    if (!user)
                        return user.error().code == ErrorCode::Conflict ? goneInvitation() : user.error();
                    const auto kept = Accounts::setPassword(t, *user, hash, keeping(*user));
                    if (!kept)
                        return kept.error();
                    if (const auto used = InvitationStore::remove(t, good->id); !used)
                        return used.error();
                    return m_weblogin.openSession(t, user->id);
                });
        });
}

QFuture<Result<>> SignUpService::askForAccount(
    SignUp wanted, const QString &password, const QHostAddress &peer)
{
    if (const auto wrong = wrongWish(wanted, password, m_weblogin.passwordRules()))
        return readyFailure<void>(*wrong);
    if (const auto counted = countAsking(QStringLiteral("sign-up"), peer); !counted)
        return readyFailure<void>(counted.error());
    wanted.id = SignUpId::create();
    return thenIn(m_context.identity().passwords().hash(password), this,
        [this, wanted](const Result<QString> &hash) mutable -> QFuture<Result<>> {
            if (!hash)
                return readyFailure<void>(hash.error());
            wanted.passwordHash = *hash;
            return m_database.write([wanted](Transaction &t) { return SignUpStore::insert(t, wanted); });
        });
}

QFuture<Result<>> SignUpService::setPassword(const QString &key, const QString &password)
{
    const auto owner = ownerOfLink(key);
    if (!owner)
        return readyFailure<void>(owner.error());
    if (const auto wrong = wrongPassword(password, owner->name, m_weblogin.passwordRules()))
        return readyFailure<void>(*wrong);
    const auto stored = thenIn(m_context.identity().passwords().hash(password), this,
        [this, key](const Result<QString> &hash) -> QFuture<Result<User>> {
            if (!hash)
                return readyFailure<User>(hash.error());
            return m_database.write([=, this, hash = *hash, nowMs = m_context.nowMs()](
                                        Transaction &t) -> Result<User> {
                const auto user = orGone(ResetLinkStore::find(t, sha256(key.toUtf8()), nowMs), goneLink());
                if (!user)
                    return user.error();
                if (const auto set = Accounts::setPassword(t, *user, hash, keeping(*user)); !set)
                    return set.error();
                if (const auto used = ResetLinkStore::removeOfUser(t, user->id); !used)
                    return used.error();
                return *user;
            });
        });
    return thenIn(stored, this, [this](const Result<User> &user) -> Result<> {
        if (!user)
            return user.error();
        m_context.identity().noteRevocation();
        if (user->hasFirstPassword)
            emit m_context.identity().firstPasswordChanged();
        return {};
    });
}

Result<> SignUpService::askForLink(const QString &name, const QHostAddress &peer, const QByteArray &baseUrl)
{
    if (const auto counted = countAsking(QStringLiteral("lost-password"), peer); !counted)
        return counted.error();
    const QByteArray key = newToken();
    const auto written = m_database.write([name = name.left(longestText), hash = sha256(key),
                                              nowMs = m_context.nowMs()](Transaction &t) -> Result<QString> {
        const auto user = UserStore::find(t, NameRef::byDisplayName(name));
        if (!user)
            return user.error();
        if (!*user)
            return QString();
        const auto inserted =
            ResetLinkStore::insert(t, hash, (*user)->user.id, LinkOrigin::Log, nowMs + loggedLinkLifeMs);
        return inserted ? Result<QString>((*user)->user.displayName()) : Result<QString>(inserted.error());
    });
    // Nobody waits for it: the time of the reply does not tell whether there is such a user.
    whenDone(written, this, [key, baseUrl](const Result<QString> &known) {
        if (!known)
            qCWarning(signUpLog, "lost password: %s (%s)", qUtf8Printable(known.error().message),
                qUtf8Printable(known.error().detail));
        else if (!known->isEmpty())
            qCWarning(signUpLog,
                "%s asked for a new password; good for an hour: %s/astakos/weblogin/reset?key=%s",
                qUtf8Printable(*known), baseUrl.constData(), key.constData());
    });
    return {};
}

} // namespace nephele
