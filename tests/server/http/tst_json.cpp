// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QXmlStreamReader>

using namespace nephele;

class tst_Json : public QObject
{
    Q_OBJECT

private slots:
    void anyTextComesBackAsItWas_data();
    void anyTextComesBackAsItWas();
    void numbersKeepTheirValue_data();
    void numbersKeepTheirValue();
    void commasStandBetweenThings();
    void bodiesThatAreNoObjectAreRefused_data();
    void bodiesThatAreNoObjectAreRefused();
    void wrongFieldsAreNamed_data();
    void wrongFieldsAreNamed();
    void integersAreExact_data();
    void integersAreExact();
    void absentNullAndEmptyAreThreeThings();
    void theFirstMistakeIsTold();
    void xmlIsWellFormedWhateverTheText();
};

void tst_Json::anyTextComesBackAsItWas_data()
{
    QTest::addColumn<QString>("text");
    QString all;
    for (char16_t c = 0; c < 0x180; ++c)
        all.append(QChar(c));
    QTest::addRow("every character to U+017F") << all;
    QTest::addRow("quotes and backslashes") << QStringLiteral("\"\\\\\"\"/");
    QTest::addRow("beyond the base plane") << QStringLiteral("a\U0001F600b");
    QTest::addRow("line separators") << QStringLiteral("\u2028\u2029");
    QTest::addRow("empty") << QString();
}

void tst_Json::anyTextComesBackAsItWas()
{
    QFETCH(QString, text);
    JsonWriter json;
    json.beginObject().member("k", text).key(text).value("v").endObject();
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(json.bytes(), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(object.value(QStringLiteral("k")).toString(), text);
    QCOMPARE(object.value(text).toString(), QStringLiteral("v"));
}

void tst_Json::numbersKeepTheirValue_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QByteArray>("written");
    QTest::addRow("zero") << 0.0 << QByteArray("0");
    QTest::addRow("half") << 0.5 << QByteArray("0.5");
    QTest::addRow("tenth") << 0.1 << QByteArray("0.1");
    QTest::addRow("seconds with microseconds") << 1700000000.123456 << QByteArray("1700000000.123456");
    QTest::addRow("not a number") << qQNaN() << QByteArray("null");
    QTest::addRow("infinite") << qInf() << QByteArray("null");
}

void tst_Json::numbersKeepTheirValue()
{
    QFETCH(double, number);
    QFETCH(QByteArray, written);
    JsonWriter json;
    json.beginArray().value(number).value(std::numeric_limits<qint64>::max()).value(-1).endArray();
    QCOMPARE(json.bytes(), "[" + written + ",9223372036854775807,-1]");
    const QJsonArray array = QJsonDocument::fromJson(json.bytes()).array();
    QCOMPARE(array.size(), 3);
    QCOMPARE(array.at(1).toInteger(), std::numeric_limits<qint64>::max());
}

void tst_Json::commasStandBetweenThings()
{
    JsonWriter json;
    json.beginObject().key("a").beginArray().endArray().key("b").beginArray().value(1).beginObject();
    json.endObject().null().value(true).raw("{\"r\":[]}").endArray().nullMember("c").endObject();
    QCOMPARE(json.bytes(), QByteArray(R"({"a":[],"b":[1,{},null,true,{"r":[]}],"c":null})"));
}

void tst_Json::bodiesThatAreNoObjectAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addRow("empty") << QByteArray();
    QTest::addRow("null") << QByteArray("null");
    QTest::addRow("list") << QByteArray("[]");
    QTest::addRow("cut") << QByteArray("{\"server\": {");
    QTest::addRow("no UTF-8") << QByteArray("{\"server\": \"\xff\"}");
    QTest::addRow("trailing text") << QByteArray("{\"server\": {}} x");
    QTest::addRow("other key") << QByteArray("{\"servers\": {}}");
    QTest::addRow("null under the key") << QByteArray("{\"server\": null}");
    QTest::addRow("list under the key") << QByteArray("{\"server\": []}");
    QTest::addRow("nested too deep") << "{\"server\":" + QByteArray(5000, '[') + QByteArray(5000, ']') + "}";
}

void tst_Json::bodiesThatAreNoObjectAreRefused()
{
    QFETCH(QByteArray, body);
    const auto reader = JsonReader::fromBody(body, QStringLiteral("server"));
    QVERIFY(!reader);
    QCOMPARE(reader.error().code, ErrorCode::Invalid);
    QVERIFY(!reader.error().message.isEmpty());
}

void tst_Json::wrongFieldsAreNamed_data()
{
    QTest::addColumn<QByteArray>("value"); // of server.x
    QTest::addColumn<bool>("isText");
    QTest::addColumn<bool>("isInteger");
    QTest::addColumn<bool>("isFlag");
    const auto row = [](const char *name, const char *value, bool text, bool integer, bool flag) {
        QTest::addRow("%s", name) << QByteArray(value) << text << integer << flag;
    };
    row("text", "\"a\"", true, false, false);
    row("empty text", "\"\"", false, false, false);
    row("five characters", "\"abcde\"", true, false, false);
    row("six characters", "\"abcdef\"", false, false, false);
    row("control character", "\"a\\u0007\"", false, false, false);
    row("NUL", "\"a\\u0000\"", false, false, false);
    row("DEL", "\"a\\u007f\"", false, false, false);
    row("line end", "\"a\\nb\"", true, false, false);
    row("half a character", "\"\\ud800\"", false, false, false);
    row("integer", "7", false, true, false);
    row("integer as float", "7.0", false, true, false);
    row("fraction", "7.5", false, false, false);
    row("too large", "11", false, false, false);
    row("negative", "-1", false, false, false);
    row("digits as text", "\"7\"", true, false, false);
    row("true", "true", false, false, true);
    row("null", "null", false, false, false);
    row("object", "{}", false, false, false);
    row("list", "[]", false, false, false);
}

void tst_Json::wrongFieldsAreNamed()
{
    QFETCH(QByteArray, value);
    QFETCH(bool, isText);
    QFETCH(bool, isInteger);
    QFETCH(bool, isFlag);
    const QLatin1StringView key("x");
    const auto fresh = [&] {
        return *JsonReader::fromBody("{\"server\":{\"x\":" + value + "}}", QStringLiteral("server"));
    };
    const auto check = [&](JsonReader reader, bool expected) {
        const bool isRight = reader.failure().has_value() != expected;
        return isRight && (expected || reader.failure()->message.startsWith(QStringLiteral("server.x: ")));
    };
    JsonReader text = fresh();
    (void)text.text(key, 5);
    QVERIFY(check(text, isText));
    JsonReader integer = fresh();
    (void)integer.integer(key, 0, 10);
    QVERIFY(check(integer, isInteger));
    JsonReader flag = fresh();
    (void)flag.flag(key);
    QVERIFY(check(flag, isFlag));
}

void tst_Json::integersAreExact_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<qint64>("value"); // -1: refused
    QTest::addRow("one") << QByteArray("1") << qint64(1);
    QTest::addRow("beyond double") << QByteArray("9007199254740993") << qint64(9007199254740993);
    QTest::addRow("largest") << QByteArray("9223372036854775807") << std::numeric_limits<qint64>::max();
    QTest::addRow("beyond 64 bits") << QByteArray("9223372036854775808") << qint64(-1);
    QTest::addRow("exponent") << QByteArray("1e3") << qint64(1000);
    QTest::addRow("huge exponent") << QByteArray("1e300") << qint64(-1);
    QTest::addRow("zero") << QByteArray("0") << qint64(0);
    QTest::addRow("negative zero") << QByteArray("-0") << qint64(0);
}

void tst_Json::integersAreExact()
{
    QFETCH(QByteArray, written);
    QFETCH(qint64, value);
    JsonReader reader = *JsonReader::fromBody("{\"s\":{\"x\":" + written + "}}", QStringLiteral("s"));
    const qint64 got = reader.integer(QLatin1StringView("x"));
    QCOMPARE(reader.failure() ? qint64(-1) : got, value);
}

void tst_Json::absentNullAndEmptyAreThreeThings()
{
    JsonReader reader = *JsonReader::fromBody(R"({"s":{"null":null,"empty":""}})", QStringLiteral("s"));
    QVERIFY(!reader.optionalText(QLatin1StringView("absent"), 5));
    QVERIFY(!reader.optionalText(QLatin1StringView("null"), 5));
    QCOMPARE(reader.optionalText(QLatin1StringView("empty"), 5), QString());
    QVERIFY(reader.optionalText(QLatin1StringView("empty"), 5).has_value());
    QVERIFY(reader.has(QLatin1StringView("null")) && !reader.has(QLatin1StringView("absent")));
    QVERIFY(reader.isNull(QLatin1StringView("null")) && !reader.isNull(QLatin1StringView("absent")));
    QVERIFY(!reader.failure());
    (void)reader.optionalText(QLatin1StringView("null"), 5, JsonReader::Null::Refused);
    QVERIFY(reader.failure());
}

void tst_Json::theFirstMistakeIsTold()
{
    JsonReader reader = *JsonReader::fromBody(R"({"s":{"in":{"a":1},"b":2,"odd":3}})", QStringLiteral("s"));
    JsonReader inner = reader.object(QLatin1StringView("in"));
    (void)inner.text(QLatin1StringView("a"), 5);
    reader.adopt(inner);
    (void)reader.text(QLatin1StringView("b"), 5);
    reader.allowOnly({ QStringLiteral("in"), QStringLiteral("b") });
    QCOMPARE(reader.failure()->message, QStringLiteral("s.in.a: must be a string."));
    JsonReader strict = *JsonReader::fromBody(R"({"s":{"odd":3}})", QStringLiteral("s"));
    strict.allowOnly({});
    QVERIFY(strict.failure()->message.startsWith(QStringLiteral("s.odd: ")));
}

void tst_Json::xmlIsWellFormedWhateverTheText()
{
    QString all;
    for (char16_t c = 0; c < 0x180; ++c)
        all.append(QChar(c));
    all += QStringLiteral("\uFFFE\uFFFF]]>\U0001F600");
    XmlWriter xml;
    xml.begin(QLatin1StringView("servers"), QLatin1StringView("urn:a"))
        .attribute(QLatin1StringView("n"), all);
    xml.element(QLatin1StringView("name"), all).text(all).end();
    QXmlStreamReader reader(xml.bytes());
    QString name;
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QStringLiteral("name"))
            name = reader.readElementText();
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(name.contains(QStringLiteral("<=>")));
    QVERIFY(name.endsWith(QStringLiteral("]]>\U0001F600")));
}

NEPHELE_TEST(tst_Json)
#include "tst_json.moc"
