// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/weblogin/pagetemplate.h"

#include "server/weblogin/webpage.h"
#include "tests/support/testregistry.h"

#include <QXmlStreamReader>

using namespace nephele;
using namespace Qt::StringLiterals;

class tst_PageTemplate : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreFilledIn_data();
    void valuesAreFilledIn();
    void nobodysTextBecomesMarkup();
    void everyPageCarriesItsHeaders();
    void anErrorIsBoundToItsField();
};

void tst_PageTemplate::valuesAreFilledIn_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("filled");
    QTest::newRow("a text") << u"a {{name}} b"_s << u"a ann b"_s;
    QTest::newRow("unknown") << u"a{{other}}b"_s << u"ab"_s;
    QTest::newRow("escaped") << u"{{odd}}"_s << u"&lt;b&gt; &amp; &quot;"_s;
    QTest::newRow("not filled twice") << u"{{braces}}"_s << u"{{name}}"_s;
    QTest::newRow("a list") << u"{{#items}}({{word}},{{name}}){{/items}}"_s << u"(one,ann)(two,ann)"_s;
    QTest::newRow("an entry hides") << u"{{#hiding}}{{name}}{{/hiding}}{{name}}"_s << u"bobann"_s;
    QTest::newRow("a section of a text") << u"{{#name}}x{{/name}}{{#other}}y{{/other}}"_s << u"x"_s;
    QTest::newRow("an inverse") << u"{{^name}}x{{/name}}{{^other}}y{{/other}}{{^items}}z{{/items}}"_s
                                << u"y"_s;
    QTest::newRow("an open brace") << u"a {{name"_s << u"a {{name"_s;
    QTest::newRow("an open section") << u"a{{#name}}b"_s << u"a"_s;
    QTest::newRow("an unknown page") << u"a{{>nothing}}b"_s << u"ab"_s;
}

void tst_PageTemplate::valuesAreFilledIn()
{
    QFETCH(QString, text);
    PageValues values;
    values.set(u"name"_s, u"ann"_s).set(u"odd"_s, u"<b> & \""_s).set(u"braces"_s, u"{{name}}"_s);
    values.add(u"items"_s, PageValues().set(u"word"_s, u"one"_s));
    values.add(u"items"_s, PageValues().set(u"word"_s, u"two"_s));
    values.add(u"hiding"_s, PageValues().set(u"name"_s, u"bob"_s));
    QTEST(filledText(text, values), "filled");
}

void tst_PageTemplate::nobodysTextBecomesMarkup()
{
    const QString hostile = u"\"><script>x</script>'&lt;"_s;
    WebPage page;
    page.title = page.lead = page.notice = page.button = page.userName = page.csrf = hostile;
    page.action = u"/a"_s;
    page.hidden = { { hostile, hostile } };
    page.links = { { hostile, hostile } };
    page.fields = { FormField::text(hostile, hostile, hostile, hostile).withHint(hostile),
        FormField::text(hostile, hostile, hostile, hostile).withError(hostile) };
    page.more.set(u"token"_s, hostile).set(u"realName"_s, hostile).set(u"id"_s, hostile);
    page.more.add(u"projects"_s, PageValues().set(u"project"_s, hostile).set(u"words"_s, hostile));
    for (const QString &name : { u"form"_s, u"account"_s, u"token"_s }) {
        page.name = name;
        const QByteArray body = pageResponse(200, page).body;
        QVERIFY(body.contains("<h1>"));
        QVERIFY2(!body.contains("<script"), body.constData());
        QVERIFY(!body.contains("\">&lt;script\""));
        QVERIFY(!body.contains("{{"));
    }
}

void tst_PageTemplate::everyPageCarriesItsHeaders()
{
    WebPage page;
    page.policySource = "pithos:";
    const Response response = pageResponse(403, page);
    QCOMPARE(response.status, 403);
    const QByteArray policy = response.headers.value("Content-Security-Policy");
    QVERIFY(policy.contains("default-src 'none'"));
    QVERIFY(policy.contains("frame-ancestors 'none'"));
    QVERIFY(policy.endsWith("form-action 'self' pithos:"));
    QVERIFY(!policy.contains("unsafe"));
    QCOMPARE(response.headers.value("X-Frame-Options"), QByteArray("DENY"));
    QCOMPARE(response.headers.value("Referrer-Policy"), QByteArray("no-referrer"));
    QCOMPARE(response.headers.value("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(response.headers.value("X-Content-Type-Options"), QByteArray("nosniff"));
}

void tst_PageTemplate::anErrorIsBoundToItsField()
{
    WebPage page;
    page.action = u"/a"_s;
    page.fields = { FormField::text(u"good"_s, u"Good"_s, u"off"_s, {}).withHint(u"A hint"_s),
        FormField::text(u"bad"_s, u"Bad"_s, u"off"_s, {}).withHint(u"Another"_s).withError(u"Wrong"_s) };
    const QByteArray body = pageResponse(400, page).body;
    QVERIFY(body.contains("aria-invalid=\"true\" aria-describedby=\"bad-error\""));
    QVERIFY(body.contains("id=\"bad-error\""));
    QVERIFY(body.contains("aria-describedby=\"good-hint\""));
    QVERIFY(!body.contains("Another")); // the error stands in its place
    QVERIFY(body.contains("<label for=\"bad\">"));
    QCOMPARE(body.count("autofocus"), 1);
    QVERIFY(body.indexOf("autofocus") > body.indexOf("id=\"bad\""));
}

NEPHELE_TEST(tst_PageTemplate)
#include "tst_pagetemplate.moc"
