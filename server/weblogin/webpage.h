// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/weblogin/pagetemplate.h"

namespace nephele {

// One question of a form.
struct FormField
{
    QString name;
    QString label;
    QString type; // of <input>
    QString autocomplete; // HTML's token for it
    QString value; // never a password's
    QString hint = {}; // below it
    QString error = {}; // in place of the hint
    bool isRequired = true;
    bool isFixed = false; // shown, not asked

    static FormField text(
        const QString &name, const QString &label, const QString &autocomplete, const QString &value)
    {
        return { name, label, QStringLiteral("text"), autocomplete, value };
    }
    static FormField password(const QString &name, const QString &label, const QString &autocomplete)
    {
        return { name, label, QStringLiteral("password"), autocomplete, {} };
    }
    FormField withHint(const QString &words) const
    {
        FormField changed = *this;
        changed.hint = words;
        return changed;
    }
    FormField withError(const QString &words) const
    {
        FormField changed = *this;
        changed.error = words;
        return changed;
    }
    FormField optional() const
    {
        FormField changed = *this;
        changed.isRequired = false;
        return changed;
    }
    FormField fixed() const
    {
        FormField changed = *this;
        changed.isFixed = true;
        return changed;
    }
};

// A page with a form, or with something to read.
struct WebPage
{
    QString title;
    QString lead; // a sentence below it
    QString notice; // what went wrong, or what was done, above the form
    bool isNoticeGood = false;
    QString action; // where the form goes; empty: no form
    QString csrf; // the form's mark against forgery (server/weblogin/formguard.h)
    QList<std::pair<QString, QString>> hidden;
    QList<FormField> fields;
    QString button;
    QString secondButton; // sends `decision` = "deny"; the first one then sends "allow"
    QList<std::pair<QString, QString>> links; // words and address
    QString userName; // of who is signed in, for the top
    QByteArray policySource; // a further place the form may lead to

    PageValues more; // for a page of its own
    QString name = QStringLiteral("form"); // file in resources/pages
};

// The page with the headers of every page of ours: no scripts, no frames, no cache, no referrer.
Response pageResponse(int status, const WebPage &page);

// A page that says one thing.
Response messagePage(int status, const QString &title, const QString &text,
    const QList<std::pair<QString, QString>> &links = {});

// The sentence of an error on a page of its own, with the status that fits it.
Response errorPage(const Error &error, const Request &request);
int pageStatus(const Error &error);

// 303: the browser goes on with a GET.
Response seeOther(QByteArray path);
// 302, as the documents ask for.
Response redirectTo(QByteArray address);

} // namespace nephele
