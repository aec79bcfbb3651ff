// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "model/base/result.h"

#include <QHash>
#include <QHostAddress>
#include <QMutex>

namespace nephele {

// Slows down whoever guesses: after a few failures for one account from one address, each further one doubles
// the wait. Sign-ins that succeed are never counted. One per process, safe from every thread.
class SignInThrottle
{
public:
    struct Rules
    {
        int freeFailures = 5;
        qint64 firstDelayMs = 1000;
        qint64 longestDelayMs = 300'000;
        qint64 forgetAfterMs = 3'600'000; // without a further failure
        int mostKeys = 20'000; // the older half is forgotten beyond it
    };
    struct Key
    {
        QString account; // user id, or the name given where there is none
        QString address;
        bool operator==(const Key &) const = default;
        friend size_t qHash(const Key &key, size_t seed)
        {
            return qHashMulti(seed, key.account, key.address);
        }
    };

    SignInThrottle(const Clock &clock, const Rules &rules) : m_clock(clock), m_rules(rules) { }

    // IPv6 counts by network (/64): whoever has one address there has them all.
    static Key keyFor(const QString &account, const QHostAddress &peer);

    // Before the secret is checked; each success is followed by exactly one settle(). TooManyRequests tells
    // how long to wait. Once something failed, guesses under way count as failures, so that many at once gain
    // nothing.
    Result<> admit(const Key &key);

    enum class Outcome { Fitted, Failed, NotChecked };
    void settle(const Key &key, Outcome outcome);

private:
    struct Record
    {
        int failures = 0;
        int underWay = 0;
        qint64 lastFailureMs = 0;
    };
    qint64 waitMs(const Record &record, qint64 nowMs) const;
    void makeRoom();

    const Clock &m_clock;
    const Rules m_rules;
    QMutex m_mutex; // guards m_records
    QHash<Key, Record> m_records;
};

} // namespace nephele
