// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/cloudconfig.h"

#include <QCryptographicHash>

namespace nephele {

namespace {

constexpr int mimeLine = 76; // RFC 2045 section 6.8

void appendFile(QByteArray &out, const SeedFile &file)
{
    out += "  - path: " + quotedYaml(file.path) + '\n';
    out += "    owner: " + quotedYaml(file.owner + QLatin1Char(':') + file.group) + '\n';
    out += "    permissions: \"0" + QByteArray::number(file.mode, 8).rightJustified(3, '0') + "\"\n";
    // The file's owner may be a user that cloud-init itself makes, after its first round of files.
    if (file.owner != QLatin1String("root") || file.group != QLatin1String("root"))
        out += "    defer: true\n";
    out += "    encoding: b64\n";
    out += "    content: \"" + file.contents.toBase64() + "\"\n";
}

QByteArray mimeBase64(const QByteArray &data)
{
    const QByteArray line = data.toBase64();
    QByteArray out;
    for (qsizetype at = 0; at < line.size(); at += mimeLine)
        out += line.mid(at, mimeLine) + '\n';
    return out;
}

bool isMimeMessage(const QByteArray &data)
{
    const QByteArray head = data.left(4096).toLower();
    return (head.startsWith("content-type:") || head.startsWith("mime-version:"))
        && head.contains("multipart/");
}

} // namespace

QByteArray quotedYaml(const QString &text)
{
    QByteArray out = "\"";
    for (const QChar c : text) {
        const ushort code = c.unicode();
        // Printable in YAML 1.1, or a half of a pair that is.
        const bool plain = (code >= 0x20 && code < 0x7f)
            || (code >= 0xa0 && code < 0xfffe && code != 0xfeff && code != 0x2028 && code != 0x2029);
        if (code == '"' || code == '\\')
            out.append('\\').append(char(code));
        else if (plain && !c.isSurrogate())
            out.append(QString(c).toUtf8());
        else if (!c.isSurrogate())
            out.append("\\u").append(QByteArray::number(code, 16).rightJustified(4, '0'));
        else
            out.append('?'); // no name of ours has one; half a pair would make the whole file unreadable
    }
    return out + '"';
}

QByteArray cloudConfig(const GuestSeed &seed)
{
    QByteArray out;
    if (!seed.passwordHash.isEmpty()) {
        out += "ssh_pwauth: true\n";
        if (seed.passwordUsers.isEmpty()) {
            out += "password: \"" + seed.passwordHash + "\"\n";
            out += "chpasswd:\n  expire: false\n";
        } else {
            if (seed.passwordUsers.contains(QStringLiteral("root")))
                out += "disable_root: false\n";
            out += "chpasswd:\n  expire: false\n  list:\n";
            for (const QString &user : seed.passwordUsers)
                out += "    - \"" + user.toUtf8() + ':' + seed.passwordHash + "\"\n";
        }
    }
    if (!seed.files.isEmpty()) {
        out += "write_files:\n";
        for (const SeedFile &file : seed.files)
            appendFile(out, file);
    }
    return out.isEmpty() ? out : "#cloud-config\n" + out;
}

QByteArray combinedUserData(const QByteArray &userData, const QByteArray &ours)
{
    if (userData.isEmpty())
        return ours.isEmpty() ? "#cloud-config\n{}\n" : ours;
    if (ours.isEmpty())
        return userData;
    // Names no line of either part: one would have to contain its own hash.
    const QByteArray boundary =
        "==" + QCryptographicHash::hash(userData + ours, QCryptographicHash::Sha256).toHex().left(32) + "==";
    QByteArray out = "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\nMIME-Version: 1.0\n\n";
    out += "--" + boundary + '\n';
    if (isMimeMessage(userData)) {
        out += userData + '\n';
    } else {
        const bool isGzip = userData.startsWith("\x1f\x8b");
        out += QByteArray("Content-Type: ") + (isGzip ? "application/gzip" : "text/plain; charset=\"utf-8\"")
            + "\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + mimeBase64(userData);
    }
    out += "--" + boundary + '\n';
    out += "Content-Type: text/cloud-config; charset=\"utf-8\"\nMIME-Version: 1.0\n"
           "Content-Transfer-Encoding: base64\n"
           "X-Merge-Type: list(append)+dict(no_replace,recurse_list)+str()\n\n"
        + mimeBase64(ours);
    out += "--" + boundary + "--\n";
    return out;
}

} // namespace nephele
